/** The widget's sound and phone alone, in a page of WebKitGTK, which has no WebRTC: tells what happens to both. */
import { openSound } from '../../../../widget/audio/sound.ts'
import { browserPorts } from '../../../../widget/device/browser.ts'
import { createPhone } from '../../../../widget/device/phone.ts'

export interface Told {
  /** The track's own event, before the phone hears of it. */
  event?: 'mute' | 'unmute' | 'ended'
  /** A new state of the phone. */
  state?: string
  /** A track that goes into the call. */
  used?: { label: string; asked: number }
  lost?: boolean
  failed?: string
}

interface WebkitWindow extends Window {
  webkit: { messageHandlers: { test: { postMessage(text: string): void } } }
}

const tell = (told: Told) =>
  (window as unknown as WebkitWindow).webkit.messageHandlers.test.postMessage(JSON.stringify(told))

function start(): void {
  const ports = browserPorts()
  let asked = 0
  const watched: typeof ports = {
    ...ports,
    mediaDevices: {
      getUserMedia: async (constraints) => {
        asked += 1
        const stream = await navigator.mediaDevices.getUserMedia(constraints)
        for (const track of stream.getTracks()) {
          for (const event of ['mute', 'unmute', 'ended'] as const) track.addEventListener(event, () => tell({ event }))
        }
        return stream
      },
      addEventListener: navigator.mediaDevices.addEventListener.bind(navigator.mediaDevices),
    },
  }
  const sound = openSound(watched, document.body.appendChild(document.createElement('audio')), { blocked: () => {} })
  // As if a call were live: its microphone is the plain one.
  sound.setHearing('sent')
  void sound.carryTo(async (track) => tell({ used: { label: track.label, asked } }))
  const phone = createPhone(watched, sound, {
    slow: () => {},
    microphone: () => {},
    lost: () => tell({ lost: true }),
  })
  let state = ''
  setInterval(() => {
    if (phone.state !== state) tell({ state: phone.state })
    state = phone.state
  }, 20)
  phone.start()
}

window.addEventListener('error', (event) => tell({ failed: String(event.message) }))
try {
  start()
} catch (error) {
  tell({ failed: String(error) })
}
