/** The agent of the kept states. Its id is its own: its Ledger and Visitors are nobody else's. */
import * as v from 'valibot'
import { remember } from '../../../protocol/built-in-tools.ts'
import { tool } from '../../../protocol/tool.ts'
import { deploy } from '../tools/lab.ts'

export const AGENT = 'kept-state'

const tide = tool({
  name: 'tide',
  description: 'When the tide is high.',
  parameters: v.object({ day: v.string() }),
  execute: ({ day }) => `at noon on ${day}`,
})

export const deployKept = () => deploy(AGENT, [tide, remember()], { retentionDays: 30 })
