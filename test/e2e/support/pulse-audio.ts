/** A sound card of one's own: what Firefox and WebKitGTK need to play at all, and a microphone that a test speaks into. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runQuietly, startProgram } from '../../../scripts/lib/processes.ts'

const RATE = 48_000
const STARTS_IN_MS = 10_000

export interface SoundCard {
  /** For a browser's environment: it plays to nobody, and its microphone is what `say` says. */
  readonly env: Readonly<Record<string, string>>
  /** Says a WAV file into the microphone. Resolves when it was said. */
  say(path: string): Promise<void>
  close(): Promise<void>
}

export async function openSoundCard(): Promise<SoundCard> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-sound-'))
  const socket = join(dir, 'card')
  const env = { XDG_RUNTIME_DIR: dir, PULSE_RUNTIME_PATH: join(dir, 'pulse'), PULSE_SERVER: `unix:${socket}` }
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    `module-null-sink sink_name=speaker rate=${RATE}`,
    `module-null-sink sink_name=voice rate=${RATE} channels=1`,
    'module-remap-source source_name=microphone master=voice.monitor',
  ].flatMap((module) => ['-L', module])
  const server = startProgram({
    name: 'PulseAudio',
    command: 'pulseaudio',
    args: ['--daemonize=no', '-n', '--exit-idle-time=-1', '--disable-shm=yes', ...modules],
    env: { ...env, HOME: dir },
  })
  const close = async () => {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  const run = async (command: string, ...args: string[]) => {
    const { code, output } = await runQuietly(command, args, { ...env, HOME: dir })
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}: ${output}`)
  }
  try {
    await until(() => existsSync(socket))
    await run('pactl', 'set-default-source', 'microphone')
    await run('pactl', 'set-default-sink', 'speaker')
  } catch (cause) {
    await close()
    throw new Error(`PulseAudio does not answer: ${server.lastLines()}`, { cause })
  }
  return { env, say: (path) => run('paplay', '--device=voice', path), close }
}

async function until(isThere: () => boolean): Promise<void> {
  for (let waited = 0; waited < STARTS_IN_MS; waited += 50) {
    if (isThere()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing within ${STARTS_IN_MS} ms`)
}
