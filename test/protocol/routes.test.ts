import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts'
import { EVERYWHERE, NO_ROUTE, ROUTES } from '../../protocol/routes.ts'

describe('routes', () => {
  it.each(ROUTES)('$id: its params are those of its path', ({ path, params }) => {
    expect(Object.keys(params)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  })

  it.each(Object.keys(ERRORS) as ErrorCode[])('%s is answered somewhere', (code) => {
    const answered = [
      ...EVERYWHERE,
      ...NO_ROUTE,
      ...ROUTES.flatMap(({ errors, frameErrors = [] }) => [...errors, ...frameErrors]),
    ]
    expect(answered).toContain(code)
  })

  it('have names of their own', () => {
    expect(new Set(ROUTES.map(({ id }) => id)).size).toBe(ROUTES.length)
  })
})
