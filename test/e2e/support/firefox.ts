/** Debian's Firefox ESR, by the same API as Chromium (anchors-audio.md 2.2), with a sound card of its own. */
import { type Browser, firefox, type Page } from '@playwright/test'
import { openSoundCard, type SoundCard } from './pulse-audio.ts'

export interface RunningFirefox {
  readonly browser: Browser
  readonly sound: SoundCard
  close(): Promise<void>
}

export async function launchFirefox(): Promise<RunningFirefox> {
  const sound = await openSoundCard()
  try {
    const browser = await firefox.launch({
      channel: 'moz-firefox',
      executablePath: '/usr/bin/firefox-esr',
      env: { ...process.env, ...sound.env },
      firefoxUserPrefs: {
        // Nobody is there to press “Allow”, and both ends of a call are on this machine.
        'media.navigator.permission.disabled': true,
        'media.peerconnection.ice.loopback': true,
      },
    })
    return {
      browser,
      sound,
      async close() {
        await browser.close()
        await sound.close()
      },
    }
  } catch (error) {
    await sound.close()
    throw error
  }
}

export function isFirefox(page: Page): boolean {
  return page.context().browser()?.browserType().name() === 'firefox'
}

/** What Playwright tells of other browsers' sockets, for Firefox: texts that arrive on any socket of the page. Before `goto`. */
export async function onSocketText(page: Page, arrived: (text: string) => void): Promise<void> {
  await page.exposeFunction('testSocketText', arrived)
  await page.addInitScript(() => {
    const Real = window.WebSocket
    window.WebSocket = class extends Real {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        const { testSocketText } = window as unknown as { testSocketText(text: string): Promise<void> }
        this.addEventListener('message', ({ data }) => {
          if (typeof data === 'string') void testSocketText(data)
        })
      }
    }
  })
}
