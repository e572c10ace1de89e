/**
 * `npm run phone -- --say "go ahead and use the tool calendar"`: somebody calls the receptionist of examples/ on this machine. Simulator and broker are
 * started for one call, the webhook is signed and sent, and what both sides said is printed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { NUMBER } from '../examples/receptionist/agent.ts'
import { startBroker } from './lib/broker.ts'
import { newDeploymentSecret } from './lib/deployment-secret.ts'
import { inProject } from './lib/paths.ts'
import { anyPort } from './lib/ports.ts'
import { startSimulator } from './lib/simulator.ts'
import { Telephone } from './lib/telephone.ts'

const { values } = parseArgs({
  options: {
    say: { type: 'string', multiple: true, default: ['hello', 'go ahead and use the tool calendar'] },
    keys: { type: 'string' },
    signing: { type: 'string', default: 'good' },
    to: { type: 'string', default: NUMBER },
    heard: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`Usage: npm run phone -- [--say "words"]… [--keys 12#] [--heard file.wav] [--signing good|forged|late|early] [--to ${NUMBER}]

  --say      what the caller says, one turn each
  --keys     keys that the caller presses then
  --heard    writes what the caller has heard into this file
  --signing  how the webhook is signed
  --to       the number that is called; the receptionist answers ${NUMBER}`)
} else {
  await run()
}

async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-phone-'))
  const secret = newDeploymentSecret()
  const simulator = await startSimulator({ port: await anyPort() })
  const broker = await startBroker({
    ...{ port: await anyPort(), dir, main: inProject('examples/receptionist/worker.ts') },
    variables: {
      OPENAI_API_KEY: 'sk-simulator',
      OPENAI_BASE_URL: simulator.url,
      OPENAI_WEBHOOK_SECRET: secret,
      PARLEY_SECRET: newDeploymentSecret(),
    },
  })
  try {
    await converse(new Telephone(simulator.url), `${broker.url}/v1/webhooks/openai`, secret)
  } finally {
    await Promise.all([broker.stop(), simulator.stop()])
    rmSync(dir, { recursive: true, force: true })
  }
}

async function converse(telephone: Telephone, url: string, secret: string): Promise<void> {
  const { signing, to, say, keys, heard } = values
  const delivery = await telephone.dial({ url, secret, signing, to, from: '+491701234567' })
  console.log(`webhook (${signing}): ${delivery.status} ${delivery.body}`)
  if (!delivery.body.includes('accepted')) {
    console.log(`the caller's network: ${JSON.stringify(await telephone.state())}`)
    return
  }
  await telephone.untilAnswered(1)
  let answers = 1
  for (const words of say) {
    await telephone.act({ do: 'say', text: words })
    await telephone.untilAnswered(++answers)
  }
  if (keys !== undefined) {
    await telephone.act({ do: 'press', keys })
    await telephone.untilAnswered(++answers)
  }
  for (const line of await telephone.transcript()) console.log(line)
  if (heard !== undefined) writeFileSync(heard, await telephone.heard())
  await telephone.act({ do: 'hang_up' })
}
