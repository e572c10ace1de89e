/** The broker as it is deployed, with one assistant that may spend little. */
import * as v from 'valibot'
import { defineAgent } from '../../../protocol/agent.ts'
import { tool } from '../../../protocol/tool.ts'
import { createApp } from '../../../worker/http/app.ts'
import { Session as AnySession } from '../../../worker/session/session.ts'

export { Visitors } from '../../../worker/admission/visitors.ts'
export { Ledger } from '../../../worker/ledger/ledger.ts'

const openingHours = tool({
  name: 'opening_hours',
  description: 'When the shop opens today.',
  parameters: v.object({}),
  execute: () => ({ opens: 'seven in the morning' }),
})

const agents = {
  concierge: defineAgent({
    name: 'Verify',
    instructions: 'You are a helpful assistant. Answer in English, in one or two sentences, unless asked for a story.',
    greeting: 'Hello, how can I help?',
    model: 'gpt-realtime-2.1-mini',
    language: 'en',
    origins: ['http://localhost:8788'],
    tools: [openingHours],
    limits: { callSeconds: 300, callUsd: 0.35, sessionUsd: 0.35, dayUsd: 0.35 },
  }),
}

export class Session extends AnySession {
  protected override get agents() {
    return agents
  }
}

export default createApp(agents)
