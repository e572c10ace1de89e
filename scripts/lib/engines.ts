/** What the tests drive besides Chromium, as Debian packages: two more browser engines, and PHP for the WordPress plugin. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { aptGet, mayInstall } from './apt.ts'

export interface Engine {
  name: string
  packages: readonly string[]
  /** Programs on the PATH, or files, without which it cannot be driven. */
  needs: readonly string[]
}

/** Browsers of Debian open a sound card or nothing plays: PulseAudio is one without hardware. */
const SOUND = { packages: ['pulseaudio', 'pulseaudio-utils'], needs: ['pulseaudio', 'pactl', 'paplay'] }
const LIBRARIES = '/usr/lib/x86_64-linux-gnu'

export const FIREFOX: Engine = {
  name: 'Firefox',
  packages: ['firefox-esr', ...SOUND.packages],
  needs: ['firefox-esr', ...SOUND.needs],
}
export const WEBKIT_BROWSER = `${LIBRARIES}/webkit2gtk-4.1/MiniBrowser`
export const WEBKIT: Engine = {
  name: 'WebKitGTK',
  packages: [
    ...['webkit2gtk-driver', 'xvfb', 'xauth', ...SOUND.packages],
    ...['base', 'good', 'bad'].map((set) => `gstreamer1.0-plugins-${set}`),
    ...['gstreamer1.0-pulseaudio', 'python3-gi', 'gir1.2-webkit2-4.1'],
  ],
  needs: [
    ...['WebKitWebDriver', 'xvfb-run', 'xauth', ...SOUND.needs],
    ...[
      '/usr/bin/python3',
      `${LIBRARIES}/girepository-1.0/WebKit2-4.1.typelib`,
      WEBKIT_BROWSER,
      `${LIBRARIES}/gstreamer-1.0/libgstpulseaudio.so`,
    ],
  ],
}

export const PHP: Engine = { name: 'PHP', packages: ['php-cli'], needs: ['php'] }

/** What is to be said where it cannot be run; empty where it can. */
export function notRun({ name, packages, needs }: Engine): string {
  const missing = needs.filter((need) => !isThere(need))
  if (missing.length === 0) return ''
  return `NOT RUN with ${name}, for want of ${missing.join(', ')}: apt-get install ${packages.join(' ')}`
}

/** Installs what is missing, where this user may. What then still is says so itself: `notRun`. */
export async function installEngines(engines: readonly Engine[] = [FIREFOX, WEBKIT, PHP]): Promise<void> {
  const wanted = engines.filter((engine) => notRun(engine) !== '')
  if (wanted.length === 0 || !mayInstall()) return
  console.log(`Installing Debian’s ${wanted.map(({ name }) => name).join(' and ')}, which takes a minute …`)
  await aptGet('update')
  await aptGet('install', '-y', '--no-install-recommends', ...new Set(wanted.flatMap(({ packages }) => packages)))
}

function isThere(need: string): boolean {
  if (need.startsWith('/')) return existsSync(need)
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, need)))
}
