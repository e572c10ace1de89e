/** One request and its answer, in the API's shape. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '../refusal.ts'

export interface Ask {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** What the route's pattern found in the path. */
  params: string[]
  body(): Promise<Buffer>
  /** Adds details of the request to the journal; never a secret. */
  note(details: Record<string, unknown>): void
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  /** An object is sent as JSON. */
  body?: string | object | Uint8Array
}

/** Far above any offer with its session. */
const LARGEST_BODY = 4 * 1024 * 1024

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > LARGEST_BODY) throw new Refusal('request_too_large', 'The request body is too large.', null, 413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function readJson(ask: Ask): Promise<unknown> {
  const text = (await ask.body()).toString()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('invalid_json', 'We could not parse the JSON body of your request.')
  }
}

export function send(response: ServerResponse, answer: Answer): void {
  const { status, headers = {}, body } = answer
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array)
  const sent = isJson ? JSON.stringify(body) : (body ?? '')
  const type = isJson ? { 'Content-Type': 'application/json' } : {}
  response.writeHead(status, { ...type, ...headers, 'Content-Length': Buffer.byteLength(sent) })
  response.end(sent)
}
