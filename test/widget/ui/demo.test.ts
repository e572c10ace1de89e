import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemo, type Demo } from '../../../demo/server.ts'

let demo: Demo
beforeAll(async () => {
  demo = await createDemo({ port: 0, brokerUrl: 'http://localhost:1234' })
})
afterAll(() => demo.close())

test.each(['/', '/index.html', '/tutor.html', '/write.html'])('%s names the broker and its agent', async (path) => {
  const response = await fetch(demo.url + path)
  const page = await response.text()
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page).toContain('<script src="http://localhost:1234/widget.js"')
  expect(page).toMatch(/(data-)?agent="(concierge|tutor)"/)
  expect(page).not.toContain('__BROKER__')
})

test.each(['/server.ts', '/..%2fserver.ts', '/site/index.html', '/nothing.html', '//', '/%'])(
  '%s is not there',
  async (path) => {
    expect((await fetch(demo.url + path)).status).toBe(404)
  },
)
