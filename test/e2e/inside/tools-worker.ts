/** The broker as it is deployed, with a concierge that has every kind of tool that a test wants. */
import * as v from 'valibot'
import realConcierge from '../../../agents/concierge.ts'
import { defineAgent } from '../../../protocol/agent.ts'
import { endCall } from '../../../protocol/built-in-tools.ts'
import { pageTool } from '../../../protocol/page-tool.ts'
import { type ToolSpec, tool } from '../../../protocol/tool.ts'
import { createApp } from '../../../worker/http/app.ts'
import { Session as AnySession } from '../../../worker/session/session.ts'

export { Visitors } from '../../../worker/admission/visitors.ts'
export { Ledger } from '../../../worker/ledger/ledger.ts'

const wait = (ms: number) => new Promise((resume) => setTimeout(resume, ms))
const makes = (
  name: string,
  execute: () => unknown,
  limits: { timeoutMs?: number; holdAfterMs?: number } = {},
): ToolSpec => tool({ name, description: `The tool ${name}.`, parameters: v.object({}), execute, ...limits })

const agents = {
  concierge: defineAgent({
    ...realConcierge,
    tools: [
      makes('calendar', () => 'noon'),
      makes('kitchen', () => wait(4_000).then(() => 'soup'), { timeoutMs: 20_000, holdAfterMs: 700 }),
      makes('stairs', () => wait(60_000), { timeoutMs: 900 }),
      makes('cellar', () => {
        throw new Error('the key 4711 does not fit')
      }),
      endCall(),
      makes('left', () => wait(600).then(() => 'red')),
      makes('right', () => wait(200).then(() => 'green')),
      tool({
        name: 'attic',
        description: 'Books the attic.',
        parameters: v.object({ nights: v.number() }),
        label: 'Booking',
        confirm: ({ nights }) => `Book the attic for ${nights} nights?`,
        execute: ({ nights }) => `booked ${nights}`,
      }),
      pageTool({
        name: 'window',
        description: 'Opens a window of the page.',
        parameters: v.object({ floor: v.number() }),
      }),
    ],
  }),
}

export class Session extends AnySession {
  protected override get agents() {
    return agents
  }
}

export default createApp(agents)
