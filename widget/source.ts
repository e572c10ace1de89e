/** Where the element's parts come from: the script tag's own address, or a website's bundle. */
import type { Settings } from './ui/settings.ts'
import type { AppModule } from './ui/shell.ts'
import type { FetchTexts } from './ui/text-files.ts'

export interface Source {
  /** Origin used when the element names no broker. */
  broker: string
  /** Address of the lazily loaded part, given the element's broker. */
  appUrl(broker: string): string
  /** How it is loaded; by default a module at that address. */
  load?: ((url: string) => Promise<AppModule>) | undefined
  /** How the words of a language are loaded; by default a file beside that address. */
  texts?: FetchTexts | undefined
  /** Asks for the agent's face. */
  fetch?: ((url: string) => Promise<Response>) | undefined
}

/** Asks for the agent's face. Whatever fails is asked for again by the app, which can say so. */
export function fetchFace({ broker, agent }: Settings, ask: Source['fetch'] = fetch): Promise<Response | null> {
  return ask(`${broker}/v1/agents/${encodeURIComponent(agent)}`).then(
    (response) => (response.ok ? response : null),
    () => null,
  )
}
