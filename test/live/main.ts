/**
 * `npm run verify:live -- --yes`: runs the main job against the real API, with the key in .dev.vars, answers the open
 * questions about its protocol, and writes what was seen to .parley/verify-live.md. Spends at most 0.50 USD.
 * `npm run verify:live -- --simulator`: the same against the simulator, for nothing.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemo } from '../../demo/server.ts'
import { startBroker } from '../../scripts/lib/broker.ts'
import { ensureChromium } from '../../scripts/lib/chromium.ts'
import { newDeploymentSecret } from '../../scripts/lib/deployment-secret.ts'
import { readEnvFile } from '../../scripts/lib/env-file.ts'
import { inProject } from '../../scripts/lib/paths.ts'
import { anyPort } from '../../scripts/lib/ports.ts'
import { runToEnd } from '../../scripts/lib/processes.ts'
import { startSimulator } from '../../scripts/lib/simulator.ts'
import { REAL_API } from '../../scripts/lib/upstream.ts'
import { launchBrowser } from '../e2e/support/browser.ts'
import { ofABrokeredCall, ofAnEphemeralCall } from './call-questions.ts'
import { mainJob } from './main-job.ts'
import { Purse } from './provider.ts'
import { type Answer, written } from './report.ts'
import { type Api, cacheAcrossSessions, hosts, imageTokens, itemIds } from './text-questions.ts'

/** USD. The broker's own limits for the main job are in inside/worker.ts; together 0.50. */
const FOR_QUESTIONS = 0.15

const isSimulated = process.argv.includes('--simulator')
const stops: (() => Promise<void>)[] = []
try {
  process.exitCode = await verify()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  for (const stop of stops.reverse()) await stop()
}

async function verify(): Promise<number> {
  const key = readEnvFile(inProject('.dev.vars')).OPENAI_API_KEY
  if (!isSimulated && !key) {
    console.error('There is no key: put OPENAI_API_KEY=sk-… into .dev.vars. (--simulator needs none.)')
    return 1
  }
  if (!isSimulated && !process.argv.includes('--yes')) {
    console.error(
      'This calls OpenAI’s Realtime API with the key in .dev.vars for about three minutes. It stops before 0.50 USD\n' +
        '(0.35 by Parley’s own limits, 0.15 for questions asked past them). Agree with: npm run verify:live -- --yes',
    )
    return 1
  }
  process.env.CHROME_PATH = await ensureChromium()
  if ((await runToEnd(process.execPath, [inProject('scripts/build.ts')])) !== 0) return 1
  const api = isSimulated || !key ? await simulated() : { base: REAL_API, key }
  const dir = mkdtempSync(join(tmpdir(), 'parley-live-'))
  stops.push(async () => rmSync(dir, { recursive: true, force: true }))
  const port = await anyPort()
  const demo = await createDemo({ port: 0, brokerUrl: `http://localhost:${port}` })
  stops.push(() => demo.close())
  const variables = {
    ...{ OPENAI_API_KEY: api.key, OPENAI_BASE_URL: api.base, PARLEY_SECRET: newDeploymentSecret() },
    EXTRA_ORIGINS: demo.url,
  }
  const broker = await startBroker({ port, dir, variables, main: inProject('test/live/inside/worker.ts') })
  stops.push(() => broker.stop())
  const { browser, close } = await launchBrowser()
  stops.push(close)

  console.log('\nThe main job …')
  const steps = await mainJob(await browser.newContext(), demo.url, dir)
  console.log('Questions about the protocol …')
  const purse = new Purse(FOR_QUESTIONS)
  const page = await (await browser.newContext()).newPage()
  await page.goto(demo.url)
  const answers: Answer[] = []
  for (const ask of questions(api, purse, page)) answers.push(...(await ask()))

  const against = isSimulated ? 'the simulator' : new URL(api.base).host
  const report = written({ against, at: new Date(), steps, answers, spentOnQuestions: purse.spent })
  const path = inProject('.parley/verify-live.md')
  mkdirSync(inProject('.parley'), { recursive: true })
  writeFileSync(path, report)
  console.log(`\n${report}\nWritten to ${path}`)
  return steps.every(({ passed }) => passed) ? 0 : 1
}

async function simulated(): Promise<Api> {
  const simulator = await startSimulator({ port: await anyPort() })
  stops.push(() => simulator.stop())
  return { base: simulator.url, key: 'sk-simulator' }
}

/** Each answers something also when it fails: that it was not found out, and why. */
function questions(api: Api, purse: Purse, page: Parameters<typeof ofABrokeredCall>[1]): (() => Promise<Answer[]>)[] {
  const asked: [string, () => Promise<Answer[]>][] = [
    ['1, 5, 11', () => ofABrokeredCall(api, page, purse)],
    ['2, 3, 4', () => ofAnEphemeralCall(api, page, purse)],
    ['6', async () => [await imageTokens(api, purse)]],
    ['7', async () => [await cacheAcrossSessions(api, purse)]],
    ['9', async () => [await itemIds(api, purse)]],
    ['10', async () => (isSimulated ? [] : [await hosts()])],
    [
      '8',
      async () => [
        { question: '8. What happens at 60 minutes', answer: null, why: 'would take an hour and more money' },
      ],
    ],
  ]
  return asked.map(([number, ask]) => async () => {
    try {
      return await ask()
    } catch (error) {
      return [{ question: number, answer: null, why: error instanceof Error ? error.message : 'failed' }]
    }
  })
}
