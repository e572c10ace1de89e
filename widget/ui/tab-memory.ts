/** What this tab remembers, as far as the loader cares. Nothing is written before the visitor opened the panel. */

const panelKey = (agent: string) => `parley.panel:${agent}`

/** Whether a conversation with this agent was begun in this tab. The record itself belongs to client/memory.ts. */
export function tabHasSession(broker: string, agent: string, storage = tabStorage): boolean {
  return attempt(() => storage().getItem(`parley:${broker}:${agent}`)) != null
}

/** Whether the panel was open when the page was left. */
export function panelWasOpen(agent: string, storage = tabStorage): boolean {
  return attempt(() => storage().getItem(panelKey(agent))) === 'open'
}

export function rememberPanel(agent: string, open: boolean, storage = tabStorage): void {
  attempt(() => (open ? storage().setItem(panelKey(agent), 'open') : storage().removeItem(panelKey(agent))))
}

function tabStorage(): Storage {
  return sessionStorage
}

/** Storage may be full, or forbidden (sandboxed frames, strict privacy settings). Then the tab remembers nothing. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}
