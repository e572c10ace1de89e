import type { Example } from '../example.ts'

export default {
  worker: 'examples/screen-helper/worker.ts',
  site: 'examples/screen-helper/site',
  async setUp() {
    return { variables: {}, close: async () => {} }
  },
  tips: [
    'Press the picture button beside the text box and show your screen: the simulator says how large the picture is that it got.',
    'The page points when it is told to. Say or type: call the tool point_at with {"field": "iban"}',
  ],
} satisfies Example
