/** `POST /v1/realtime/calls` in both variants, and the hang-up (realtime-api.md 3). */

import type { Registry } from '../calls/registry.ts'
import type { Credentials, Key } from '../credentials.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { newConfig, type SessionConfig } from '../realtime/session-config.ts'
import { checkSession } from '../realtime/session-fields.ts'
import { missingParameter, Refusal, unknownParameter } from '../refusal.ts'
import type { Answer, Ask } from './exchange.ts'
import { projectKeyOnly } from './keys.ts'

/** Opens a WebRTC call for an offer. `pageEvents`: all that the page gets to see, null: everything. */
export type OpenCall = (
  offer: string,
  config: SessionConfig,
  pageEvents: ReadonlySet<string> | null,
) => Promise<{ id: string; answerSdp: string }>

export async function createCall(
  ask: Ask,
  credentials: Credentials,
  dialect: Dialect,
  open: OpenCall,
): Promise<Answer> {
  const key = credentials.checkIn(ask.headers)
  const type = (ask.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  const { offer, config } =
    type === 'multipart/form-data' ? await unified(ask, key, dialect) : await ephemeral(ask, key, type)
  const { id, answerSdp } = await open(offer, config, dialect.pageEvents(ask.query))
  ask.note({ call: id, handshake: key.kind === 'sk' ? 'unified' : 'ephemeral' })
  return {
    status: 201,
    headers: { 'Content-Type': 'application/sdp', Location: `/v1/realtime/calls/${id}` },
    body: answerSdp,
  }
}

/** 200 with an empty body. */
export function hangUp(ask: Ask, credentials: Credentials, calls: Registry): Answer {
  projectKeyOnly(credentials.checkIn(ask.headers))
  const id = ask.params[0] ?? ''
  ask.note({ call: id })
  const call = calls.find(id)
  call.end('hangup')
  return { status: 200 }
}

interface Opening {
  offer: string
  config: SessionConfig
}

/** The body is the offer, the session was bound to the client secret. */
async function ephemeral(ask: Ask, key: Key, type: string | undefined): Promise<Opening> {
  if (type !== 'application/sdp') {
    const message = `Unsupported content type: '${type ?? ''}'. Expected 'application/sdp' or 'multipart/form-data'.`
    throw new Refusal('unsupported_content_type', message)
  }
  if (key.kind !== 'ek') throw missingParameter('session')
  return { offer: checkedOffer((await ask.body()).toString()), config: key.config }
}

/** The parts `sdp` and `session`, as files or plain strings, and no others. */
async function unified(ask: Ask, key: Key, { readSession }: Dialect): Promise<Opening> {
  projectKeyOnly(key)
  const form = await readForm(ask)
  for (const name of form.keys()) if (name !== 'sdp' && name !== 'session') throw unknownParameter(name)
  const offer = checkedOffer(await partText(form, 'sdp'))
  let session: unknown = { type: 'realtime' }
  try {
    if (form.has('session')) session = JSON.parse(await partText(form, 'session'))
  } catch {
    throw new Refusal('invalid_json', "Could not parse the 'session' part as JSON.", 'session')
  }
  return { offer, config: newConfig(checkSession(readSession(session, true), 'session')) }
}

async function readForm(ask: Ask): Promise<FormData> {
  const headers = { 'Content-Type': ask.headers['content-type'] ?? '' }
  try {
    return await new Response(new Uint8Array(await ask.body()), { headers }).formData()
  } catch {
    throw new Refusal('invalid_multipart', 'Could not parse the multipart form.')
  }
}

async function partText(form: FormData, name: string): Promise<string> {
  const part = form.get(name)
  if (part === null) throw missingParameter(name)
  return typeof part === 'string' ? part : await part.text()
}

function checkedOffer(sdp: string): string {
  if (sdp.trim() === '') throw missingParameter('sdp')
  if (!sdp.startsWith('v=0')) throw new Refusal('invalid_offer', 'The SDP offer could not be parsed.', 'sdp')
  return sdp
}
