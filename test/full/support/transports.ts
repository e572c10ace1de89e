/** Both ways that sound takes, for tests that go through all of it twice. */
import type { BrowserContext } from '@playwright/test'

export type Transport = 'webrtc' | 'relay'
export const TRANSPORTS: readonly Transport[] = ['webrtc', 'relay']

/** Before `goto`. Without WebRTC in the browser the widget takes the relay at once. */
export async function allowOnly(context: BrowserContext, transport: Transport): Promise<void> {
  if (transport === 'webrtc') return
  await context.addInitScript(() => {
    Object.assign(window, { RTCPeerConnection: undefined })
  })
}

/** As the simulator's list of calls names it. */
export const NAME_AT_PROVIDER = { webrtc: 'webrtc', relay: 'websocket' } as const
