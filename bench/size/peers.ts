/** What is compared, as published on npm, and how each is turned into one script: what a page needs before somebody can talk. */

export interface Peer {
  name: string
  /** Package and exact version. */
  packages: readonly string[]
  /** A module that uses what a call needs, for the bundler… */
  source?: string
  /** … or a file that is published as one script already. */
  file?: string
  note: string
}

/** Exact, so that a run can be repeated; the newest when this was written (November 2026). */
export const PEERS: readonly Peer[] = [
  {
    name: 'ElevenLabs widget, as published',
    packages: ['@elevenlabs/convai-widget-embed@0.5.4'],
    file: '@elevenlabs/convai-widget-embed/dist/index.js',
    note: 'button, panel and call in one file; the newest on npm, their CDN has a later one',
  },
  {
    name: '@elevenlabs/client',
    packages: ['@elevenlabs/client@1.25.0'],
    source:
      "import { Conversation } from '@elevenlabs/client'; globalThis.peer = () => Conversation.startSession({ agentId: 'a' })",
    note: 'no panel',
  },
  {
    name: 'Vapi widget, as published',
    packages: ['@vapi-ai/client-sdk-react@0.1.1'],
    file: '@vapi-ai/client-sdk-react/dist/embed/widget.umd.js',
    note: 'Daily’s call machine is fetched at the start of a call and not counted',
  },
  {
    name: '@vapi-ai/web',
    packages: ['@vapi-ai/web@2.7.1'],
    source: "import Vapi from '@vapi-ai/web'; globalThis.peer = () => new Vapi('key').start('a')",
    note: 'no panel; Daily’s call machine not counted',
  },
  {
    name: 'livekit-client',
    packages: ['livekit-client@2.23.0'],
    source: "import { Room } from 'livekit-client'; globalThis.peer = () => new Room().connect('wss://a', 't')",
    note: 'no panel',
  },
  {
    name: '@openai/agents-realtime',
    packages: ['@openai/agents-realtime@0.20.0'],
    source:
      "import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'; globalThis.peer = () => new RealtimeSession(new RealtimeAgent({ name: 'a' })).connect({ apiKey: 'ek_a' })",
    note: 'no panel',
  },
  {
    name: 'Pipecat client, small-webrtc',
    packages: ['@pipecat-ai/client-js@1.13.1', '@pipecat-ai/small-webrtc-transport@1.10.8'],
    source:
      "import { PipecatClient } from '@pipecat-ai/client-js'; import { SmallWebRTCTransport } from '@pipecat-ai/small-webrtc-transport'; globalThis.peer = () => new PipecatClient({ transport: new SmallWebRTCTransport() }).connect()",
    note: 'no panel',
  },
]

/** The floor of evaluating anything: the library that most small widgets are made with. */
export const FLOOR: Peer = {
  name: 'Preact alone (floor)',
  packages: ['preact@11.2.0'],
  source: "import { h, render } from 'preact'; globalThis.peer = () => render(h('p', null), document.body)",
  note: 'no voice',
}
