/** The widget's build shortens valibot: what fits and what does not must stay the same. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as whole from 'valibot'
import { expect, test } from 'vitest'
import { shortened } from '../../scripts/lib/short-schemas.ts'

const SAMPLES: readonly unknown[] = [
  ...[
    { type: 'a', n: 1 },
    { type: 'a', n: 1, more: 1 },
    { type: 'a', n: '1' },
    { type: 'b', list: ['x'] },
    { type: 'b' },
  ],
  ...[{ type: 'b', list: ['x', 'nine letters'] }, { type: 'b', list: [], odd: 3 }, { type: 'c' }, {}, null, 'a', 7, []],
]

test('the same fits, and the same comes out', async () => {
  const code = await readFile(fileURLToPath(import.meta.resolve('valibot')), 'utf8')
  const url = `data:text/javascript,${encodeURIComponent(shortened(code))}`
  const short: typeof whole = await import(/* @vite-ignore */ url)
  const look = (v: typeof whole) =>
    SAMPLES.map((sample) => {
      const schema = v.variant('type', [
        v.object({ type: v.literal('a'), n: v.pipe(v.number(), v.integer()) }),
        v.object({
          type: v.literal('b'),
          list: v.array(v.pipe(v.string(), v.regex(/^.{1,3}$/))),
          odd: v.fallback(v.optional(v.picklist(['x', 'y'])), undefined),
        }),
      ])
      const { success, output } = v.safeParse(schema, sample)
      return success ? output : 'no'
    })
  const answers = look(whole)
  expect(answers.filter((answer) => answer === 'no')).toHaveLength(9)
  expect(look(short)).toEqual(answers)
})

test('another valibot is noticed', () => {
  expect(() => shortened('function _addIssue() {\n}\n')).toThrow('_stringify')
})
