/** Reads the system's table of processes. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Linux. Elsewhere `ps` is asked, which slim Linux images do not have. */
const hasProc = existsSync('/proc/self/stat')

/** Ids of the running processes of a group. The dead that nobody has collected yet do not count. */
export function groupMembers(group: number): number[] {
  return running()
    .filter((entry) => entry.group === group)
    .map((entry) => entry.pid)
}

/** Ids of everything that this process started, and what that started, whatever group it is in. */
export function descendants(ancestor: number): number[] {
  const entries = running()
  const found = [ancestor]
  for (const parent of found) found.push(...entries.filter((entry) => entry.parent === parent).map(({ pid }) => pid))
  return found.slice(1)
}

export function isRunning(pid: number): boolean {
  return running().some((entry) => entry.pid === pid)
}

/** Program and arguments, for people to read; empty when it is gone. */
export function commandLine(pid: number): string {
  if (!isRunning(pid)) return ''
  return hasProc
    ? read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
    : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
}

interface Entry {
  pid: number
  parent: number
  group: number
  state: string
}

function running(): Entry[] {
  const entries = hasProc ? fromProc() : fromPs()
  return entries.filter(({ state }) => !state.startsWith('Z'))
}

function fromProc(): Entry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`)
      // "pid (command) state parent group …": the command may hold spaces and brackets (proc(5)).
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state ? [{ pid: Number(name), parent: Number(parent), group: Number(group), state }] : []
    })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Gone between the listing and the reading.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}

function fromPs(): Entry[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' })
  return listing.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/)
    return state ? [{ pid: Number(pid), parent: Number(parent), group: Number(group), state }] : []
  })
}
