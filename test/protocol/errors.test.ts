import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode, ParleyError, ProblemSchema } from '../../protocol/errors.ts'

const codes = Object.keys(ERRORS) as ErrorCode[]

describe('errors', () => {
  it.each(codes)('%s is a complete problem document with a way forward', (code) => {
    const problem = v.parse(ProblemSchema, new ParleyError(code).toProblem())
    expect(problem.status).toBeGreaterThanOrEqual(400)
    expect(problem.todo).toMatch(/\.$/)
  })

  it('are all explained in docs/errors.md', () => {
    const docs = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    for (const code of codes) {
      const { status, title, todo } = ERRORS[code]
      expect(docs).toContain(`| <a id="${code}"></a>\`${code}\` | ${status} | ${title} | ${todo} |`)
    }
  })

  it('keep the cause out of what strangers see', () => {
    const error = new ParleyError('internal', undefined, { cause: new Error('sk-secret in a message') })
    expect(JSON.stringify(error.toProblem())).not.toContain('sk-secret')
  })
})
