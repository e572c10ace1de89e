/** Reads the system's table of processes. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Ids of the running processes of a group. The dead that nobody has collected yet do not count. */
export function groupMembers(group: number): number[] {
  return (existsSync('/proc/self/stat') ? fromProc() : fromPs())
    .filter((entry) => entry.group === group && !entry.state.startsWith('Z'))
    .map((entry) => entry.pid)
}

interface Entry {
  pid: number
  group: number
  state: string
}

/** Linux; slim images have no `ps`. */
function fromProc(): Entry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(name)
      // "pid (command) state parent group …": the command may hold spaces and brackets (proc(5)).
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state ? [{ pid: Number(name), state, group: Number(group) }] : []
    })
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    // Gone between the listing and the reading.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}

function fromPs(): Entry[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' })
  return listing.split('\n').flatMap((line) => {
    const [pid, group, state] = line.trim().split(/\s+/)
    return state ? [{ pid: Number(pid), group: Number(group), state }] : []
  })
}
