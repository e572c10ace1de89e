/** Every command in the docs is run by a test, or the table says why it cannot be. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import { inProject } from '../../scripts/lib/paths.ts'
import { runQuietly, startProgram } from '../../scripts/lib/processes.ts'
import { commandsInDocs, PROOFS } from './doc-commands.ts'

const full = process.env.RANDOM_RUNS === 'full' // `npm run test:full`
const commands = commandsInDocs()
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const shell = (command: string) => runQuietly('sh', ['-c', command])

it('the table has every command of the docs, and no other', () => {
  expect(commands.length).toBeGreaterThan(50)
  expect(Object.keys(PROOFS).sort()).toEqual(commands)
})

const rows = Object.entries(PROOFS)

it.each(rows.flatMap(([command, proof]) => ('file' in proof ? [[command, proof] as const] : [])))(
  '%s: a file runs it',
  (_, { file, holds }) => {
    expect(existsSync(inProject(file)), file).toBe(true)
    expect(readFileSync(inProject(file), 'utf8').includes(holds), `${file} has no ${holds}`).toBe(true)
  },
)

const runs = rows.flatMap(([command, proof]) => ('run' in proof ? [[command, proof] as const] : []))

it.each(runs.filter(([, proof]) => full || !proof.full))(
  '%s runs',
  async (command, { run, expect: said, code: wanted = 0 }) => {
    const { code, output } = await shell(run || command)
    expect(output).toMatch(said)
    expect(code, output).toBe(wanted)
  },
  full ? 900_000 : 60_000,
)

describe('the simulator', () => {
  it.each(commands.filter((command) => command.startsWith('npm run simulator')))(
    '%s',
    async (command) => {
      const { url } = await startSimulator(command)
      expect(new URL(url).pathname).toBe(command.includes('azure') ? '/openai/v1' : '/v1')
      const journal = await fetch(new URL('/_simulator/journal', url))
      expect(journal.status).toBe(200)
    },
    30_000,
  )

  it('takes every example with curl', async () => {
    const { url } = await startSimulator('npm run simulator')
    const origin = new URL(url).origin
    const broker = await receiver()
    const examples = commands.filter((command) => command.includes('localhost:8789'))
    expect(examples).toHaveLength(4)
    for (const command of examples) {
      const here = command
        .replace('http://localhost:8789', origin)
        .replace('http://localhost:8787', broker.url)
        .replace('whsec_…', SECRET)
      expect(await curl(here), command).toMatch(/^20[04]$/)
    }
    expect(broker.got).toMatchObject([{ type: 'realtime.call.incoming' }])
  }, 30_000)
})

it('what half an hour costs stands in docs/benchmarks.md as it is printed', async () => {
  const page = readFileSync(inProject('docs/benchmarks.md'), 'utf8')
  const [, section = ''] = /^## What half an hour costs\n(.*?)^## /ms.exec(page) ?? []
  const half = await tablesOf('npm run -s bench:cost')
  const long = await tablesOf('npm run -s bench:cost -- --minutes 55')
  expect(half.length).toBeGreaterThan(10)
  expect(cellsOf(section)).toEqual([...half, ...long])

  const usual = [half, long].map((rows) => {
    const [cached = [], uncached = []] = rows.filter((row) => row.includes('(default)')).map((row) => row.split(' | '))
    return `| ${cached.at(-2)} | ${uncached.at(-2)} | ${uncached.at(-1)}`
  })
  const budgets = cellsOf(readFileSync(inProject('docs/budgets.md'), 'utf8'))
  expect(budgets).toEqual(expect.arrayContaining([`| 30 minutes ${usual[0]}`, `| 55 minutes ${usual[1]}`]))
}, 30_000)

async function tablesOf(command: string): Promise<string[]> {
  const { code, output } = await shell(command)
  expect(code, output).toBe(0)
  return cellsOf(output)
}

/** Rows of Markdown tables, however wide. */
function cellsOf(text: string): string[] {
  return [...text.matchAll(/^\|.*\|$/gm)].map(([line]) => line.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-'))
}

/** As the docs say, but on any port. */
async function startSimulator(command: string): Promise<{ url: string }> {
  const onAnyPort = command.includes('--port') ? command : `${command}${command.includes(' -- ') ? '' : ' --'} --port 0`
  let found = (_: string) => {}
  const printed = new Promise<string>((resolve) => {
    found = resolve
  })
  const program = startProgram({
    ...{ name: 'The simulator', command: 'sh', args: ['-c', onAnyPort] },
    onLine: (line) => {
      const [url] = /http:\/\/localhost:\d+\/[\w/]+/.exec(line) ?? []
      if (url) found(url)
    },
  })
  onTestFinished(() => program.stop())
  const failed = program.ended.then((how) => {
    throw new Error(`${how}: ${program.lastLines()}`)
  })
  failed.catch(() => undefined)
  return { url: await Promise.race([printed, failed]) }
}

/** The status that it gets. */
async function curl(command: string): Promise<string> {
  const { output } = await shell(command.replace('curl ', "curl -s -o /dev/null -w '%{http_code}' "))
  return output.trim()
}

/** Stands where the broker would be, and checks signatures as it does. */
async function receiver() {
  const got: unknown[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    got.push(new Webhook(SECRET).verify(body, request.headers as Record<string, string>))
    response.writeHead(200).end()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void server.close())
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
