import { describe, expect, it } from 'vitest'
import { projectDir } from '../../scripts/lib/paths.ts'
import { importsIn, importsOf, sources, violations } from './imports.ts'

const ROOMS = ['protocol', 'agents', 'worker', 'widget', 'console', 'simulator']

describe('who imports whom', () => {
  it('follows the arrows of the design', () => {
    const imports = importsIn(projectDir, ROOMS)
    expect(imports.length).toBeGreaterThan(20)
    expect(violations(imports)).toEqual([])
  })

  it('reads every room', () => {
    for (const room of ROOMS) expect(sources(projectDir, [room]), room).not.toEqual([])
  })
})

describe('the reader of imports', () => {
  it('sees every way to import, and nothing else', () => {
    const source = `
      import type { A } from './type.ts'
      import b from '../value.ts'
      import './effect.ts'
      import hono from 'hono'
      export * from './all.ts'
      export { c } from './named.ts'
      export const d = 1
      type Q = import('./in-type.ts').Q
      const lazy = () => import('./lazy.ts')
      const worker = new URL('./thread.ts', import.meta.url)
      const other = new URL('./not-a-file', 'https://example.com')
      const text = <p>import './text.ts'</p> // import './comment.ts'
    `
    expect(importsOf('widget/ui/panel.tsx', source).map(({ to }) => to)).toEqual([
      'widget/ui/type.ts',
      'widget/value.ts',
      'widget/ui/effect.ts',
      'widget/ui/all.ts',
      'widget/ui/named.ts',
      'widget/ui/in-type.ts',
      'widget/ui/lazy.ts',
      'widget/ui/thread.ts',
    ])
  })

  it('refuses a file that it cannot read', () => {
    expect(() => importsOf('worker/broken.ts', 'import {')).toThrow('worker/broken.ts')
  })
})

describe('the judge of imports', () => {
  it.each([
    ['protocol/item.ts', 'worker/log.ts'],
    ['agents/index.ts', 'worker/index.ts'],
    ['worker/session/session.ts', 'agents/index.ts'],
    ['worker/session/session.ts', 'worker/http/sessions.ts'],
    ['worker/provider/openai/reduce.ts', 'worker/session/recorder.ts'],
    ['worker/http/sessions.ts', 'widget/client/types.ts'],
    ['widget/client/thread.ts', 'widget/ui/thread.tsx'],
    ['widget/call/webrtc.ts', 'widget/client/types.ts'],
    ['widget/audio/levels.ts', 'widget/call/transport.ts'],
    ['widget/ui/panel.tsx', 'widget/call/webrtc.ts'],
    ['widget/ui/panel.tsx', 'widget/device/lifecycle.ts'],
    ['widget/device/lifecycle.ts', 'widget/client/types.ts'],
    ['widget/client/broker.ts', 'worker/http/sessions.ts'],
    ['widget/client/conversation.ts', 'widget/npm/types.ts'],
    ['simulator/main.ts', 'protocol/item.ts'],
    ['console/views/live.tsx', 'worker/log.ts'],
    ['console/lib/api.ts', 'console/parts/plot.tsx'],
    ['console/app.tsx', 'widget/ui/panel.tsx'],
    ['worker/records/records.ts', 'worker/session/store.ts'],
    ['worker/session/session.ts', 'worker/console/access.ts'],
    ['simulator/main.ts', 'scripts/start.ts'],
  ])('%s must not import %s', (from, to) => {
    expect(violations([{ from, to }])).toEqual([expect.stringContaining(`${from} imports ${to}`)])
  })

  it.each([
    ['agents/tutor.ts', 'protocol/agent.ts'],
    ['worker/index.ts', 'agents/index.ts'],
    ['worker/http/sessions.ts', 'worker/session/session.ts'],
    ['worker/session/session.ts', 'worker/provider/provider.ts'],
    ['widget/ui/panel.tsx', 'widget/client/types.ts'],
    ['widget/client/conversation.ts', 'widget/device/lifecycle.ts'],
    ['widget/call/webrtc.ts', 'widget/audio/levels.ts'],
    ['simulator/http/router.ts', 'simulator/journal.ts'],
    ['console/views/live.tsx', 'console/parts/basics.tsx'],
    ['worker/http/console.ts', 'worker/console/access.ts'],
    ['worker/session/telling.ts', 'worker/records/records.ts'],
  ])('%s may import %s', (from, to) => {
    expect(violations([{ from, to }])).toEqual([])
  })
})
