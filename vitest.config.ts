import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const secrets = { OPENAI_API_KEY: 'sk-worker-test', PARLEY_SECRET: 'a secret that only tests know' }
const adminToken = 'an-admin-token-that-only-tests-know'
// wrangler looks for the required secrets in the environment too and warns when they are not there.
Object.assign(process.env, secrets)

/** Pure modules in Node, the simulator in Node, the broker inside workerd, and what breaks it. Browsers: playwright.config.ts. */
export default defineConfig({
  test: {
    silent: 'passed-only',
    projects: [
      {
        test: { name: 'unit', include: ['test/{protocol,agents,examples,widget,console,scripts,house}/**/*.test.ts'] },
      },
      {
        test: { name: 'simulator', include: ['test/simulator/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          // Each file has a workerd and a simulator of its own, and what they do takes real time.
          fileParallelism: false,
          globalSetup: ['test/worker/seed.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // As the block in wrangler.toml that is commented out; its local stand-in keeps nothing.
              analyticsEngineDatasets: { ANALYTICS: { dataset: 'parley_calls' } },
              bindings: {
                ...secrets,
                PARLEY_ADMIN_TOKEN: adminToken,
                OPENAI_BASE_URL: inject('simulator'),
                JURISDICTIONS: 'off',
                TOOL_ORIGINS: inject('receiver'),
                MCP_TEST: 'the key of the handbook',
                MCP_TENANT: 'the tenant of the handbook',
                MCP_BROKEN: 'two\r\nlines',
                TOOL_TEST: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
                OPENAI_WEBHOOK_SECRET: 'whsec_cGhvbmUgY2FsbHMgYXJlIHNpZ25lZCB3aXRoIHRoaXM=',
                EVENTS_TEST: 'whsec_ZXZlbnRzIGFyZSBzaWduZWQgd2l0aCB0aGlz',
                EVENTS_TEST_PREVIOUS: 'whsec_dGhlIHNlY3JldCBmcm9tIGJlZm9yZSB0aGF0',
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          // One simulator for all: faults and journals of one file must not meet those of another.
          fileParallelism: false,
          include: ['test/worker/**/*.test.ts'],
          globalSetup: [
            'test/worker/simulator.setup.ts',
            'test/worker/tools/receiver.setup.ts',
            'test/worker/tools/mcp.setup.ts',
            'test/worker/seed.setup.ts',
          ],
          testTimeout: 40_000,
          hookTimeout: 20_000,
        },
      },
    ],
  },
})
