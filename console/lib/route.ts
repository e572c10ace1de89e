/** Where in the console we are: behind `#`, so that one file serves every view. */
import { computed, signal } from '@preact/signals'

export interface Route {
  /** `live`, `sessions`, `plots`, `agents`, `settings`; the first is the usual one. */
  view: string
  /** What of it: the id of a session. */
  id: string
  query: URLSearchParams
}

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

export const route = computed(() => parseRoute(hash.value))

function parseRoute(text: string): Route {
  const [path = '', query = ''] = text.replace(/^#\/?/, '').split('?')
  const [view = '', id = ''] = path.split('/')
  return { view: view || 'live', id: decoded(id), query: new URLSearchParams(query) }
}

/** Empty for what nobody can have written here: an address may be typed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

export function linkTo(view: string, id = '', query: Record<string, string> = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '')
  const search = filled.length > 0 ? `?${new URLSearchParams(filled)}` : ''
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ''}${search}`
}

export function go(link: string): void {
  location.hash = link.slice(1)
}
