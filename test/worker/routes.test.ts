import { describe, expect, it } from 'vitest'
import { agents } from '../../agents/index.ts'
import { ROUTES } from '../../protocol/routes.ts'
import { createApp } from '../../worker/http/app.ts'

describe('the routes in protocol/', () => {
  it('are those that the broker answers, no more and no less', () => {
    const mounted = createApp(agents)
      .routes.filter(({ method }) => method !== 'ALL') // middleware, and the 405 of every path
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}').replace(/(?<=.)\/$/, '')}`)
    expect(mounted.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted())
  })
})
