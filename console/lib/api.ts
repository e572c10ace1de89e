/** Asks the broker, as whoever has logged in. */
import type { Problem } from '../../protocol/errors.ts'

const BASE = '/console/api'

/** A refusal in the broker's words, or that it could not be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly title: string
  readonly todo: string

  constructor({ code, title, todo = '', detail }: Pick<Problem, 'code' | 'title' | 'todo' | 'detail'>) {
    super(code)
    this.code = code
    this.title = detail ? `${title} (${detail})` : title
    this.todo = todo
  }
}

const UNREACHABLE: Pick<Problem, 'code' | 'title' | 'todo'> = {
  code: 'unreachable',
  title: 'The broker does not answer',
  todo: 'Is it running, and are you online? It is tried again when you reload.',
}

/** @throws ApiError */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { headers: { Accept: 'application/json' }, ...(signal ? { signal } : {}) })
  // Our own broker answers by the schemas in protocol/console.ts, which its tests check.
  return (await response.json()) as T
}

/** @throws ApiError */
export async function send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
  const json = body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}
  await request(path, { method, ...json })
}

/** @param type media type. @throws ApiError */
export async function download(path: string, type: string): Promise<Blob> {
  return (await request(path, { headers: { Accept: type } })).blob()
}

/** Where a picture is that the agent keeps. */
export function imagePath(session: string, item: string): string {
  return `${BASE}/sessions/${session}/images/${item}`
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(`${BASE}${path}`, { ...init, cache: 'no-store', redirect: 'error' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(UNREACHABLE)
  }
  if (response.ok) return response
  const problem = (await response.json().catch(() => null)) as Problem | null
  throw new ApiError(problem ?? { code: String(response.status), title: `The broker answered ${response.status}` })
}
