import { expect, test } from 'vitest'
import { texts as en } from '../../../widget/ui/texts/en.ts'
import { transcriptText } from '../../../widget/ui/transcript-text.ts'
import { turn } from './fake-conversation.ts'

const at = new Date(2026, 11, 1, 14, 32).getTime()

test('one line for each turn that has words: when, who, what, and what became of it', () => {
  const items = [
    turn('assistant', 'Welcome!', { at }),
    turn('user', 'When is breakfast?', { at }),
    turn('assistant', 'From seven to', { at, status: 'interrupted' }),
    turn('tool', '{"secret":1}', { at, kind: 'tool_call' }),
    turn('assistant', '', { at, status: 'in_progress' }),
    turn('notice', 'gap', { at }),
    turn('person', 'I have sent it.', { at, author: 'Bea' }),
  ]
  const when = new Intl.DateTimeFormat('en', { dateStyle: 'short', timeStyle: 'short' }).format(at)
  expect(transcriptText(items, en, 'Concierge', 'en').split('\n')).toEqual([
    `[${when}] Concierge: Welcome!`,
    `[${when}] You: When is breakfast?`,
    `[${when}] Concierge: From seven to — interrupted`,
    `[${when}] (Some words were lost here)`,
    `[${when}] Bea: I have sent it.`,
    '',
  ])
})
