/**
 * Brings the worklets into an `AudioContext`, whatever the page's content security policy allows: as a file of the broker's origin,
 * else from `blob:`, else from `data:`, else not at all. Worklets fall under `script-src`; which policy refuses which step is in
 * anchors-audio.md 3.1. Browsers report a refusal and a broken network with the same error, so a refused file is fetched to tell
 * them apart, and for its text, which the other two steps need (`connect-src` allows the broker, or nothing of the widget works).
 *
 * Make one loader per page: it remembers what worked.
 */

export type WorkletStep = 'file' | 'blob' | 'data'

/**
 * `refused`: the policy allows none of the steps; it will not change while the page lives. `unreachable`: the file cannot be
 * had now. `missing`: the browser has no worklets, or the page is not https. `closed`: the context was closed meanwhile. There is
 * then no sound over a WebSocket: write instead, and meter WebRTC calls with an `AnalyserNode` (levels.ts), which needs no worklet.
 */
export type WorkletOutcome =
  | { step: WorkletStep }
  | { step: null; reason: 'refused' | 'unreachable' | 'missing' | 'closed' }

export interface WorkletLoader {
  /** Resolves with the same outcome when asked again for the same context. Never rejects. */
  load(context: Context): Promise<WorkletOutcome>
}

type Context = Pick<BaseAudioContext, 'audioWorklet' | 'state'>

const STEPS: readonly WorkletStep[] = ['file', 'blob', 'data']

/** @param url of the built worklets.ts (see worklet-file.ts) */
export function createWorkletLoader(url: string, fetch: (url: string) => Promise<Response>): WorkletLoader {
  const outcomes = new WeakMap<object, Promise<WorkletOutcome>>()
  let worked: WorkletStep | undefined
  let refused = false
  let text: Promise<string> | undefined

  function source(): Promise<string> {
    text ??= fetch(url).then((response) => {
      if (!response.ok) throw new Error(`The worklets' file was answered with ${response.status}`)
      return response.text()
    })
    text.catch(() => {
      text = undefined
    })
    return text
  }

  async function add(worklet: AudioWorklet, step: WorkletStep, file = url): Promise<boolean> {
    const address = step === 'file' ? file : addressOf(step, await source())
    try {
      await worklet.addModule(address)
      return true
    } catch {
      return false
    } finally {
      if (step === 'blob') URL.revokeObjectURL(address)
    }
  }

  async function firstThatWorks(worklet: AudioWorklet): Promise<WorkletStep | undefined> {
    const steps = [...STEPS].sort((a, b) => Number(b === worked) - Number(a === worked))
    for (const step of steps) if (await add(worklet, step)) return step
    // The network may have been away for the file alone. Browsers may remember that an address failed; this is another one.
    return (await add(worklet, 'file', `${url}?again`)) ? 'file' : undefined
  }

  async function tryAll(context: Context): Promise<WorkletOutcome> {
    if (!context.audioWorklet) return { step: null, reason: 'missing' }
    if (refused) return { step: null, reason: 'refused' }
    let step: WorkletStep | undefined
    try {
      step = await firstThatWorks(context.audioWorklet)
    } catch {
      // Only the fetch throws.
      return { step: null, reason: 'unreachable' }
    }
    if (context.state === 'closed') return { step: null, reason: 'closed' }
    if (step) worked = step
    else refused = worked === undefined
    return step ? { step } : { step: null, reason: 'refused' }
  }

  return {
    load(context) {
      const known = outcomes.get(context)
      if (known) return known
      const outcome = tryAll(context)
      outcomes.set(context, outcome)
      // Worth another try, even with this context.
      outcome.then((now) => now.step === null && now.reason === 'unreachable' && outcomes.delete(context))
      return outcome
    },
  }
}

function addressOf(step: 'blob' | 'data', source: string): string {
  const type = 'text/javascript'
  if (step === 'data') return `data:${type};charset=utf-8,${encodeURIComponent(source)}`
  return URL.createObjectURL(new Blob([source], { type }))
}
