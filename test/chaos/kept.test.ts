/** A red cell is explained by what it keeps, and that holds no secret. */
import { expect, it } from 'vitest'
import type { JournalEntry } from '../../simulator/journal.ts'
import { API_KEY, DEPLOYMENT_SECRET } from './constants.ts'
import { written } from './kept.ts'

const TOKEN = `ses_${'a'.repeat(22)}.3.${'b'.repeat(43)}`

it('tells in the order of time what everybody saw', () => {
  const journal: JournalEntry[] = [
    { n: 7, t: 1_002, kind: 'request', direction: 'in', channel: 'http', method: 'POST', path: '/x', status: 201 },
    {
      ...{ n: 8, t: 1_020, kind: 'event', direction: 'out', channel: 'sideband', call: 'rtc_1' },
      event: { type: 'response.done', response: { id: 'resp_1', status: 'completed' } },
    },
  ]
  const notes = [
    { t: 1_000, who: 'visitor 1', what: 'asks /x' },
    { t: 1_010, who: 'broker', what: '{"code":"call_opened"}' },
  ]
  const text = written({ name: 'a × b', seed: 5, found: ['  2: wrong'], journal, notes, end: { answered: true } })
  expect(text.split('\n').slice(0, 9)).toEqual([
    'a × b',
    'seed 5, began at 1000 (ms since 1970)',
    '  2: wrong',
    '',
    '     0 ms  visitor 1 asks /x',
    '     2 ms  provider  7 POST /x → 201 ',
    '    10 ms  broker    {"code":"call_opened"}',
    '    20 ms  provider  8 rtc_1 sideband → response.done {"response":"resp_1","status":"completed"}',
    '',
  ])
  expect(text).toContain('"answered": true')
  expect(text).toContain(JSON.stringify(journal[1]))
})

it('keeps no key, no token and no client secret', () => {
  const notes = [API_KEY, DEPLOYMENT_SECRET, TOKEN, 'ek_0123456789'].map((what) => ({ t: 1, who: 'visitor 1', what }))
  const text = written({ name: TOKEN, seed: 1, found: [], journal: [], notes, end: { token: TOKEN } })
  expect(text).toContain(`${TOKEN.slice(0, 28)}.[signature]`)
  for (const secret of [API_KEY, DEPLOYMENT_SECRET, 'b'.repeat(43), 'ek_0123456789']) expect(text).not.toContain(secret)
})
