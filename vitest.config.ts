import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

/** Three kinds of tests: pure modules in Node, the simulator in Node, the broker inside workerd. Browsers: playwright.config.ts. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/{protocol,agents,widget,scripts,house}/**/*.test.ts'] } },
      {
        test: { name: 'simulator', include: ['test/simulator/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'worker',
          include: ['test/worker/**/*.test.ts'],
          globalSetup: ['test/worker/simulator.setup.ts'],
          testTimeout: 20_000,
        },
      },
    ],
  },
})
