/** Helps with a form: the visitor shows the screen when words do not do, and the assistant points at the field it means. */
import * as v from 'valibot'
import { defineAgent } from '../../protocol/agent.ts'
import { pageTool } from '../../protocol/page-tool.ts'

const FIELDS = ['name', 'iban', 'amount', 'purpose'] as const

export const screenHelper = defineAgent({
  name: 'Form helper',
  tagline: 'Show me what you see, and I will point',
  greeting: 'Hello. Which part of the form is giving you trouble?',
  instructions: `You help people fill in a bank transfer form. One or two short sentences, then let them go on.
When you cannot tell what is meant, ask them to show their screen: there is a button beside the text box. Say what you see before you help.
When you mean a field, point at it with point_at. Never read account numbers aloud, and never ask for a password.`,
  images: { from: ['screenshot', 'file'], maxPerSession: 10 },
  tools: [
    pageTool({
      name: 'point_at',
      description: 'Highlights a field of the form on the visitor’s page.',
      parameters: v.object({ field: v.picklist(FIELDS) }),
      result: v.object({ pointed: v.boolean() }),
    }),
  ],
  origins: ['https://www.little-bank.example'],
  theme: { accent: '#3b4cc0' },
})
