/**
 * Runs a command as the leader of a process group and takes the whole group down when its own standard input closes,
 * that is, when whoever started it is gone, however it went. A test runner that is killed leaves no broker behind.
 *
 * `node leash.ts COMMAND [ARGUMENT …]`, started detached with a pipe as standard input.
 */
import { spawn } from 'node:child_process'

const [command, ...args] = process.argv.slice(2)
if (!command) throw new Error('leash.ts needs a command to run')

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })

child.on('error', (error) => {
  console.error(error.message)
  process.exit(127)
})
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))

// A signal to the group reaches the command too; the leash stays until the command has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

process.stdin.on('close', () => process.kill(-process.pid, 'SIGKILL'))
process.stdin.resume()
