/** Reads a JSON body and checks it against its schema. */
import * as v from 'valibot'
import { MAX_BODY_BYTES } from '../../protocol/api.ts'
import { ParleyError } from '../../protocol/errors.ts'
import type { AppContext } from './context.ts'

/** @throws ParleyError too_large | bad_json | bad_sdp | bad_request, whose detail names the fields that are wrong */
export async function readBody<S extends v.GenericSchema>(c: AppContext, schema: S): Promise<v.InferOutput<S>> {
  return check(schema, parseJson(await readBytes(c)))
}

/** @throws ParleyError bad_json */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new ParleyError('bad_json')
  }
}

/**
 * Reads no further than allowed, whatever length was declared: an object's memory is not a stranger's to fill.
 * @throws ParleyError too_large
 */
export async function readBytes(c: AppContext): Promise<Uint8Array> {
  const declared = Number(c.req.header('Content-Length') ?? 0)
  if (declared > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

/** @throws ParleyError bad_sdp | bad_request */
export function check<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const paths = result.issues.map((issue) => v.getDotPath(issue) ?? 'body')
  const detail = result.issues.slice(0, 5).map((issue, n) => `${paths[n]}: ${issue.message}`)
  // Messages of valibot quote what was received; a stranger's text is not echoed at length.
  throw new ParleyError(
    paths.some((path) => path.endsWith('sdp')) ? 'bad_sdp' : 'bad_request',
    detail.join('; ').slice(0, 400),
  )
}

function tooLarge(): ParleyError {
  return new ParleyError('too_large', `at most ${MAX_BODY_BYTES} bytes`)
}
