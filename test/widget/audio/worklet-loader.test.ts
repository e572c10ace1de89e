import { describe, expect, it } from 'vitest'
import { createWorkletLoader } from '../../../widget/audio/worklet-loader.ts'

const FILE = 'https://voice.example/assets/worklets-1.js'
const SOURCE = 'registerProcessor("ä", class {})'

type Scheme = 'https:' | 'blob:' | 'data:'

/** A page whose policy allows these. */
function page(allowed: Scheme[], file: () => Promise<Response> = async () => new Response(SOURCE)) {
  const asked: string[] = []
  const loaded: string[] = []
  let fetches = 0
  const loader = createWorkletLoader(FILE, () => {
    fetches++
    return file()
  })
  const context = () => ({
    state: 'running' as AudioContextState,
    audioWorklet: {
      async addModule(url: string) {
        asked.push(new URL(url).protocol)
        if (!allowed.some((scheme) => url.startsWith(scheme))) throw new DOMException('', 'AbortError')
        if (!url.startsWith('https:')) loaded.push(await (await fetch(url)).text())
      },
    } as unknown as AudioWorklet,
  })
  return { loader, context, asked, loaded, fetches: () => fetches, allowed }
}

describe('the loader of worklets', () => {
  it.each<[Scheme[], string | null, Scheme[]]>([
    [['https:', 'blob:', 'data:'], 'file', ['https:']],
    [['blob:', 'data:'], 'blob', ['https:', 'blob:']],
    [['data:'], 'data', ['https:', 'blob:', 'data:']],
    [[], null, ['https:', 'blob:', 'data:', 'https:']],
  ])('where %j are allowed: %s', async (allowed, step, asked) => {
    const { loader, context, ...seen } = page(allowed)
    expect((await loader.load(context())).step).toBe(step)
    expect(seen.asked).toEqual(asked)
    expect(seen.fetches()).toBe(step === 'file' ? 0 : 1)
    expect(seen.loaded).toEqual(step === 'blob' || step === 'data' ? [SOURCE] : [])
  })

  it('begins with what worked, in the next context', async () => {
    const { loader, context, asked, fetches } = page(['data:'])
    await loader.load(context())
    asked.length = 0
    expect(await loader.load(context())).toEqual({ step: 'data' })
    expect(asked).toEqual(['data:'])
    expect(fetches()).toBe(1)
  })

  it('what worked once may fail', async () => {
    const { loader, context, allowed } = page(['https:', 'blob:'])
    await loader.load(context())
    allowed.shift()
    expect(await loader.load(context())).toEqual({ step: 'blob' })
  })

  it('does not ask a policy again that refused everything', async () => {
    const { loader, context, asked } = page([])
    await loader.load(context())
    asked.length = 0
    expect(await loader.load(context())).toEqual({ step: null, reason: 'refused' })
    expect(asked).toEqual([])
  })

  it('loads once into a context', async () => {
    const { loader, context, asked } = page(['https:'])
    const one = context()
    expect(await Promise.all([loader.load(one), loader.load(one)])).toEqual([{ step: 'file' }, { step: 'file' }])
    expect(await loader.load(one)).toEqual({ step: 'file' })
    expect(asked).toHaveLength(1)
  })

  it.each<[string, () => Promise<Response>]>([
    ['no network', async () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a server in trouble', async () => new Response('', { status: 503 })],
  ])('%s is not a refusal, and may pass', async (_name, broken) => {
    let file = broken
    const { loader, context, allowed } = page([], () => file())
    const one = context()
    expect(await loader.load(one)).toEqual({ step: null, reason: 'unreachable' })
    file = async () => new Response(SOURCE)
    allowed.push('blob:')
    expect(await loader.load(one)).toEqual({ step: 'blob' })
  })

  it('a file that failed once only is asked for again, at another address, before all is given up', async () => {
    const asked: string[] = []
    const loader = createWorkletLoader(FILE, async () => new Response(SOURCE))
    const addModule = async (url: string) => {
      asked.push(url)
      if (url !== `${FILE}?again`) throw new DOMException('', 'AbortError')
    }
    const context = { state: 'running', audioWorklet: { addModule } } as unknown as BaseAudioContext
    expect(await loader.load(context)).toEqual({ step: 'file' })
    expect(asked).toHaveLength(4)
  })

  it('a context that was closed meanwhile says nothing of the policy', async () => {
    const { loader, context, allowed } = page([])
    const one = context()
    const outcome = loader.load(one)
    one.state = 'closed'
    expect(await outcome).toEqual({ step: null, reason: 'closed' })
    allowed.push('https:')
    expect(await loader.load(context())).toEqual({ step: 'file' })
  })

  it('a browser without worklets', async () => {
    const { loader } = page([])
    const context = {} as BaseAudioContext
    expect(await loader.load(context)).toEqual({ step: null, reason: 'missing' })
  })
})
