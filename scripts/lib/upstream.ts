/** Which Realtime API the local broker talks to. */

export const REAL_API = 'https://api.openai.com/v1'
/** The simulator takes any key that begins like a real one. */
const SIMULATOR_KEY = 'sk-simulator'

export interface Upstream {
  kind: 'simulator' | 'real' | 'other'
  /** Base URL, with /v1. Empty for the simulator, whose port is found later. */
  url: string
  key: string
  /** PROVIDER of the Worker; the Worker says which it knows. */
  provider: string
}

/**
 * A key in `.dev.vars` means the real API; OPENAI_BASE_URL (environment before `.dev.vars`) points elsewhere. A key in
 * the shell's environment is left alone: trying Parley out must not spend money by accident.
 */
export function chooseUpstream(
  devVars: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Upstream {
  const key = devVars.OPENAI_API_KEY
  const url = environment.OPENAI_BASE_URL || devVars.OPENAI_BASE_URL
  if (url && !URL.canParse(url)) throw new Error(`OPENAI_BASE_URL is not a URL: ${url}`)
  const provider = environment.PROVIDER || devVars.PROVIDER || 'openai'
  if (url && url !== REAL_API) return { kind: 'other', url, key: key ?? SIMULATOR_KEY, provider }
  if (provider !== 'openai') throw new Error(`PROVIDER is ${provider}: OPENAI_BASE_URL has to say where that is.`)
  if (key) return { kind: 'real', url: REAL_API, key, provider }
  return { kind: 'simulator', url: '', key: SIMULATOR_KEY, provider }
}
