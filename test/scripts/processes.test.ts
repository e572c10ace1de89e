import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { inProject } from '../../scripts/lib/paths.ts'
import { groupMembers } from '../../scripts/lib/process-table.ts'
import { type Program, startProgram } from '../../scripts/lib/processes.ts'

/** Starts a child of its own, says both ids, and waits. `deaf`: neither of them listens to SIGTERM. */
const FAMILY = `
  const deaf = process.argv.includes('deaf')
  if (deaf) process.on('SIGTERM', () => {})
  const script = (deaf ? "process.on('SIGTERM', () => {});" : '') + "console.log('child', process.pid); setInterval(() => {}, 1000)"
  if (!process.argv.includes('childless')) require('child_process').spawn(process.execPath, ['-e', script], { stdio: 'inherit' })
  console.log('parent', process.pid)
  setInterval(() => {}, 1000)
`

const started: Program[] = []
afterEach(() => Promise.all(started.splice(0).map((program) => program.kill())))

/** Resolves when parent and child have both spoken. */
function family(...args: string[]): Promise<Program> {
  return new Promise((resolve) => {
    let lines = 0
    const program = startProgram({
      name: 'The family',
      command: process.execPath,
      args: ['-e', FAMILY, ...args],
      onLine() {
        lines += 1
        if (lines === 2) resolve(program)
      },
    })
    started.push(program)
  })
}

describe('a program', () => {
  it('is stopped with its children', async () => {
    const program = await family()
    expect(groupMembers(program.pid).length).toBe(3)
    await program.stop()
    expect(groupMembers(program.pid)).toEqual([])
  })

  it('is killed when it does not listen', async () => {
    const program = await family('deaf')
    await program.stop(200)
    expect(groupMembers(program.pid)).toEqual([])
    expect(await program.ended).toBe('was ended by SIGKILL')
  })

  it('is killed at once with its children', async () => {
    const program = await family('deaf')
    await program.kill()
    expect(groupMembers(program.pid)).toEqual([])
  })

  it('may be stopped after its end, and twice', async () => {
    const program = await family()
    await program.kill()
    await Promise.all([program.stop(), program.stop()])
  })

  it('tells how it ended, and its last lines', async () => {
    const program = startProgram({
      name: 'Short',
      command: process.execPath,
      args: ['-e', 'console.log("one"); console.error("two"); process.exitCode = 3'],
    })
    expect(await program.ended).toBe('ended with code 3')
    expect(program.lastLines().split('\n').sort()).toEqual(['one', 'two'])
  })

  it('takes children along that its leader left behind', async () => {
    const orphaning = `
      require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).unref()
      process.exit(0)
    `
    const program = startProgram({ name: 'Orphaning', command: process.execPath, args: ['-e', orphaning] })
    await program.stop()
    expect(groupMembers(program.pid)).toEqual([])
  })

  it('dies with whoever started it, even by SIGKILL', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'parley-leash-'))
    const note = join(dir, 'pid')
    const starter = `
      import { writeFileSync } from 'node:fs'
      import { startProgram } from ${JSON.stringify(inProject('scripts/lib/processes.ts'))}
      const args = ['-e', 'console.log("up"); setInterval(() => {}, 1000)']
      const program = startProgram({ name: 'Child', command: process.execPath, args, onLine: () => {
        writeFileSync(${JSON.stringify(note)}, String(program.pid))
        console.log('ready')
      } })
    `
    const parent = spawn(process.execPath, ['--input-type=module', '-e', starter], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => parent.stdout.once('data', resolve))
    const group = Number(readFileSync(note, 'utf8'))
    expect(groupMembers(group).length).toBe(2)

    parent.kill('SIGKILL')
    await expect.poll(() => groupMembers(group), { timeout: 5000 }).toEqual([])
    rmSync(dir, { recursive: true })
  })
})
