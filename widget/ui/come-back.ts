/** A conversation of this tab comes back by itself, after the page's own work. */
import type { Settings } from './settings.ts'
import { panelWasOpen, tabHasSession } from './tab-memory.ts'

/** @param bringBack called once, unless there is nothing to bring back; with whether the panel was open */
export function comeBack({ broker, agent }: Settings, bringBack: (wasOpen: boolean) => void): void {
  if (!tabHasSession(broker, agent)) return
  const now = () => bringBack(panelWasOpen(agent))
  if (document.readyState === 'complete') now()
  else addEventListener('load', now, { once: true })
}
