/** What a page asks of contexts, microphones and the screen lock: noted inside the page. */

export interface PhoneWindow extends Window {
  /** State of the context at each `resume`, and states it came to. */
  resumes: string[]
  contextStates: string[]
  asked: number
  states: string[]
  screenLocks: WakeLockSentinel[]
}

/** Runs in the page, before everything else: notes what is asked of contexts and microphones. */
export function watchSound(): void {
  const noted = window as unknown as PhoneWindow
  noted.resumes = []
  noted.contextStates = []
  noted.asked = 0
  noted.screenLocks = []
  const lock = navigator.wakeLock.request.bind(navigator.wakeLock)
  navigator.wakeLock.request = async (type) => {
    const given = await lock(type)
    noted.screenLocks.push(given)
    return given
  }
  const tracks: MediaStreamTrack[] = []
  Object.assign(window, { testTracks: tracks })
  const Real = AudioContext
  window.AudioContext = class extends Real {
    constructor(options?: AudioContextOptions) {
      super(options)
      noted.contextStates.push(this.state)
      this.addEventListener('statechange', () => noted.contextStates.push(this.state))
    }
    override resume() {
      noted.resumes.push(this.state)
      return super.resume()
    }
  }
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    noted.asked += 1
    const stream = await ask(constraints)
    tracks.push(...stream.getTracks())
    return stream
  }
}

/** Of all microphones that were given: how many live, as a list of ones. */
export function liveTracks(): number[] {
  const { testTracks } = window as unknown as { testTracks: MediaStreamTrack[] }
  return testTracks.filter((track) => track.readyState === 'live').map(() => 1)
}
