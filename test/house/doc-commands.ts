/** Commands in README, CONTRIBUTING and docs/, and what shows that each of them works. */
import { readdirSync, readFileSync } from 'node:fs'
import { inProject } from '../../scripts/lib/paths.ts'

const PAGES = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(inProject('docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]
const PROGRAM = /^(?:npm|npx|curl|openssl|docker|git|node|cd|echo|wrangler|python3) /

/** Every command once: lines of code fences, each part of `a && b`, comments in code, and `commands in a sentence`. */
export function commandsInDocs(): string[] {
  const found = PAGES.flatMap((page) => commandsOf(readFileSync(inProject(page), 'utf8')))
  return [...new Set(found)].sort()
}

function commandsOf(text: string): string[] {
  const fences = [...text.matchAll(/^ *```\w*\n(.*?)^ *```/gms)].flatMap(([, body = '']) => body.split('\n'))
  const inFences = fences.map((line) => line.replace(/^.*\/\/ (?=npx )/, '').replace(/\s+# .*$/, ''))
  const prose = text.replaceAll(/^ *```\w*\n.*?^ *```/gms, '')
  const inProse = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...inFences, ...inProse]
    .flatMap((line) => line.split(' && '))
    .map((command) => command.trim())
    .filter((command) => PROGRAM.test(command))
}

export type Proof =
  /** doc-commands.test.ts runs it, in this cheaper form where one is named. `full`: with `npm run test:full` only, it takes long. */
  | { run: string; expect: RegExp; full?: true; code?: number }
  /** That file runs it, or what is behind it: it holds this text. */
  | { file: string; holds: string }
  /** Why it cannot run here. */
  | { not: string }

const SIMULATOR: Proof = { file: 'test/house/doc-commands.test.ts', holds: 'startSimulator(command' }
const FAULT: Proof = { file: 'test/house/doc-commands.test.ts', holds: 'curl(command' }
const ACCOUNT: Proof = { not: 'needs a Cloudflare account' }
const SECRET: Proof = { not: 'needs a Cloudflare account: it stores a secret there' }
const PACKAGE = 'test/widget/npm/installed.ts'
const chaos = (args: string, expect = /\b0 red of/): Proof => ({ run: `npm run chaos -- ${args}`, expect, full: true })
const bench = (run: string, expect: RegExp): Proof => ({ run, expect, full: true })

export const PROOFS: Readonly<Record<string, Proof>> = {
  'npm install': { not: 'whoever runs these tests has run it' },
  'npm start': { file: 'test/e2e/support/npm-start.ts', holds: "spawn('npm', ['start', ...args]" },
  'npm start -- shop': { file: 'test/e2e/start.spec.ts', holds: "npmStart(undefined, ['--', 'shop'])" },
  'npm test': { not: 'it is what runs this' },
  'npm run test:full': { not: 'it is what runs this, with everything that takes long' },
  'npm run check': { not: 'builds anew what the tests beside this one are served; CI runs it (.ci/run)' },
  'npm run fix': { not: 'rewrites this checkout; `biome check` is part of `npm run check`' },
  'npm run build': { file: 'scripts/test.ts', holds: "inProject('scripts/build.ts')" },
  'npm run build -- --pin': { file: 'test/scripts/version.test.ts', holds: 'pin(' },
  'npm run build:npm': { file: PACKAGE, holds: 'buildPackage(built)' },
  'npm pack ./dist-npm': { file: PACKAGE, holds: "'pack', built" },
  'cd ../your-website': { not: 'is another folder' },
  'npm install ../parley/parley-0.1.0.tgz': { file: PACKAGE, holds: "'--no-fund', tarball]" },
  'npm run doctor': { run: '', expect: /prices/i },
  'npm run doctor -- --deployed': ACCOUNT,
  'npm run deploy': { not: 'needs a Cloudflare account; test/scripts/deployment.test.ts has its steps' },
  'npm run deploy -- --env staging': {
    not: 'needs a Cloudflare account; test/scripts/deployment.test.ts has its steps',
  },
  'npm run deploy -- --dry-run': { file: 'test/e2e/deploy.spec.ts', holds: "['run', 'deploy', '--', '--dry-run']" },
  'npm run verify:live': { file: 'test/e2e/verify-live.spec.ts', holds: 'verify:live' },
  'npm run phone -- --say "go ahead and use the tool calendar"': { run: '', expect: /half past nine/, full: true },
  'npm run screenshots:widget': {
    not: 'makes pictures for people to look at, for minutes; test/e2e opens the same stories',
  },

  'npm run simulator': SIMULATOR,
  'npm run simulator -- --port 0 --call-limit 0.1': SIMULATOR,
  'npm run simulator -- --dialect azure': SIMULATOR,

  'npm run bench:cost': { file: 'test/house/doc-commands.test.ts', holds: "tablesOf('npm run -s bench:cost')" },
  'npm run bench:heard': { run: '', expect: /within one word/ },
  'npm run bench:size': bench('node --disable-warning=ExperimentalWarning bench/size.ts --sizes', /elevenlabs/i),
  'npm run bench -- size': {
    not: 'is bench:size by another name; with the build before it, it would take away what tests beside this one are served',
  },
  'npm run bench:resampler': bench('', /dB/),
  'npm run bench:resampler -- --rates': bench('', /dB/),
  'npm run bench:resampler -- --design': bench('', /\d/),
  'npm run bench:append': bench('', /ms/),
  'npm run bench:resume': bench('', /ms/),
  'npm run bench:start': bench('', /ms/),
  'npm run bench:connect': {
    not: 'measures in a browser for many minutes, and builds anew what tests beside this one are served',
  },

  'npm run chaos': { not: 'is all cells, for an hour; test/chaos/matrix.test.ts plays them with test:full' },
  'npm run chaos -- --cell "lost event"': chaos('--cell "lost event"'),
  'npm run chaos -- --cell "SIGKILL × resuming" --seed 7': chaos('--cell "SIGKILL × resuming" --seed 7'),

  'npm run chaos -- --steps "SIGKILL, while talking; lost event, while hanging up"': chaos(
    '--steps "SIGKILL, while talking; lost event, while hanging up"',
  ),
  // A defence is taken out: its cell has to turn red.
  'npm run chaos -- --cell "two creates at once × resuming" --without "fence" --times 5': {
    ...{ run: '', expect: /\b[1-5] red of 5/, full: true, code: 1 },
  },
  'npm run chaos -- --random 1000': { file: 'test/chaos/sequences.test.ts', holds: 'walk(scene, steps)' },
  'npm run chaos -- --random 500 --uneven 40': { file: 'test/chaos/sequences.test.ts', holds: 'walk(scene, steps)' },
  "npm exec -c 'playwright test --project=full test/full/cycles.spec.ts test/full/long-call.spec.ts'": {
    ...{ file: 'scripts/test.ts', holds: "full: ['long', 'full']" },
  },

  'curl -d \'{"kind":"drop_call"}\' http://localhost:8789/_simulator/faults': FAULT,
  'curl -d \'{"kind":"fail_next","route":"calls","status":503,"count":2}\' http://localhost:8789/_simulator/faults':
    FAULT,
  'curl -d \'{"kind":"lose_event","type":"response.done","channel":"sideband"}\' http://localhost:8789/_simulator/faults':
    FAULT,
  'curl -d \'{"secret":"whsec_…","url":"http://localhost:8787/v1/webhooks/openai","from":"+491701234567","to":"+4930123456"}\' http://localhost:8789/_simulator/phone':
    FAULT,
  'curl "$reply_url" --json \'{"name": "Bea, front desk", "text": "I have sent the refund just now.", "id": "mail-4711"}\'':
    {
      ...{ file: 'test/worker/events/hand-over.test.ts', holds: 'curlOf(eventsPage)' },
    },

  'git pull': { not: 'brings another version' },
  'npx serve': { not: 'is a package of somebody else, which is not installed' },
  'python3 -m http.server 5500': { not: 'is not ours; test/e2e/embed.spec.ts serves pages on other origins' },
  "echo 'EXTRA_ORIGINS=http://localhost:5500' >> .dev.vars": {
    ...{ file: 'test/e2e/support/stack.ts', holds: 'EXTRA_ORIGINS: demo.url' },
  },
  'wrangler dev': { file: 'scripts/lib/broker.ts', holds: "wranglerProgram, 'dev'" },
  'wrangler deploy --dry-run': { file: 'test/e2e/deploy.spec.ts', holds: "['run', 'deploy', '--', '--dry-run']" },
  'openssl rand -hex 32': { run: '', expect: /^[0-9a-f]{64}\n/ },
  'npx wrangler login': ACCOUNT,
  'npx wrangler secret put EVENTS_SHOP': SECRET,
  'npx wrangler secret put TOOL_ORDERS': SECRET,
  'npx wrangler secret put PARLEY_SECRET_PREVIOUS': SECRET,
  'npx wrangler secret put OPENAI_WEBHOOK_SECRET': SECRET,
  'wrangler secret put OPENAI_API_KEY': SECRET,
  "npm exec -c 'wrangler secret put PARLEY_ADMIN_TOKEN'": SECRET,
}
