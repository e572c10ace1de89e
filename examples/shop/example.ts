import { randomBytes } from 'node:crypto'
import type { Example } from '../example.ts'
import { startOrders } from './orders.ts'

export default {
  worker: 'examples/shop/worker.ts',
  site: 'examples/shop/site',
  async setUp({ free }) {
    const secret = `whsec_${randomBytes(24).toString('base64')}`
    const orders = await startOrders({ port: await free(), secret })
    return {
      variables: { SHOP_URL: orders.url, TOOL_ORIGINS: orders.url, TOOL_SHOP: secret },
      close: () => orders.close(),
    }
  },
  tips: [
    'The simulator calls a tool when it is told to. Say or type: call the tool order_status with {"order": "A-1042"}',
    'This one asks you first, on the screen: call the tool cancel_order with {"order": "A-1043"}',
  ],
} satisfies Example
