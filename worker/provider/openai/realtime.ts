/**
 * The Realtime API (GA) as a provider, whoever runs it: what differs between those is data, a `Dialect`. Facts:
 * realtime-api.md, sections named at the places.
 */
import * as v from 'valibot'
import type { Agent } from '../../../protocol/agent.ts'
import { ParleyError } from '../../../protocol/errors.ts'
import type { Item } from '../../../protocol/item.ts'
import {
  type Capabilities,
  CONFIGURE,
  LISTEN,
  type Provider,
  type Refusal,
  type ToldItem,
  type Wire,
} from '../provider.ts'
import { checkedConfig } from './config-check.ts'
import { itemId } from './item-id.ts'
import { peek, reduce } from './reduce.ts'
import { listeningConfig, openingConfig, relayConfig, type Setup, textConfig, voiceConfig } from './session-config.ts'

/** A client secret opens any number of calls until it expires, so it lives only as long as one attempt (section 0.4). */
const SECRET_SECONDS = 30

const MintedSchema = v.object({ value: v.string(), expires_at: v.number() })
const RefusalSchema = v.object({
  error: v.object({ type: v.optional(v.nullable(v.string())), code: v.optional(v.nullable(v.string())) }),
})

/** Section 6 for the lag, 1.4 for the longest call. */
export const REALTIME_CAPS: Capabilities = {
  handshakes: ['brokered', 'ephemeral', 'relay'],
  controlLagMs: 6000,
  maxCallSeconds: 3600,
}

/** Where and how the API is found. */
export interface Dialect {
  caps: Capabilities
  /** With the version at its end, such as `https://api.openai.com/v1`. */
  baseUrl: string
  /** Credentials of the broker, on each of its requests and sockets. */
  credentials: Readonly<Record<string, string>>
  /** Added to the address where calls are opened, with its question mark. */
  callsQuery: string
  /** What this deployment calls a model. */
  nameOf: (model: string) => string
  /** Headers that name the visitor without telling who it is. */
  safety: (id: string) => Readonly<Record<string, string>>
  /** Whether a request refused with 429 and this code may be accepted a little later. */
  passesSoon: (code: string) => boolean
  /** A secret of the deployment by its name. */
  secret: (name: string) => string | undefined
}

export function realtimeApi(dialect: Dialect): Provider {
  const { caps, credentials, callsQuery, nameOf } = dialect
  const base = dialect.baseUrl.replace(/\/+$/, '')
  const callsUrl = `${base}/realtime/calls${callsQuery}`
  // Sections 2 and 3: belongs on the request that opens a call or mints its secret.
  const safety = (id: string | undefined) => (id === undefined ? {} : dialect.safety(id))
  const named = <Setup extends { agent: Agent }>(setup: Setup): Setup => {
    const { model, transcription } = setup.agent
    return { ...setup, agent: { ...setup.agent, model: nameOf(model), transcription: nameOf(transcription) } }
  }
  const openSocket = (agent: Agent, safetyId: string | undefined) => ({
    url: `${base}/realtime?model=${encodeURIComponent(nameOf(agent.model))}`,
    headers: { ...credentials, ...safety(safetyId) },
  })
  // A page shares a call over WebRTC: what is secret is not told there.
  const configOf = { voice: (plan: Setup) => voiceConfig(plan), text: textConfig, relay: relayConfig }

  const callUrl = (ref: string, verb: string) => `${base}/realtime/calls/${encodeURIComponent(ref)}/${verb}`

  const post = (url: string, body: object) => ({
    url,
    method: 'POST' as const,
    headers: { ...credentials, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

  return {
    caps,
    offerUrl: callsUrl,

    openCall(plan, offerSdp) {
      const body = new FormData()
      body.set('sdp', new Blob([offerSdp], { type: 'application/sdp' }))
      body.set('session', new Blob([JSON.stringify(openingConfig(named(plan)))], { type: 'application/json' }))
      return {
        url: callsUrl,
        method: 'POST',
        headers: { ...credentials, ...safety(plan.safetyId), Accept: 'application/sdp' },
        body,
      }
    },

    async readOpen(response) {
      const ref = callIn(response.headers.get('Location'))
      // As bytes: workerd warns when a body that is not text/* is read as text.
      const answerSdp = new TextDecoder().decode(await response.arrayBuffer())
      if (!ref || !answerSdp.startsWith('v=0')) {
        throw new ParleyError('provider_refused', 'the answer of the provider has no call id or no SDP')
      }
      return { ref, answerSdp }
    },

    mint(plan) {
      return {
        url: `${base}/realtime/client_secrets`,
        method: 'POST',
        headers: { ...credentials, ...safety(plan.safetyId), 'Content-Type': 'application/json' },
        body: JSON.stringify({
          expires_after: { anchor: 'created_at', seconds: SECRET_SECONDS },
          session: openingConfig(named(plan)),
        }),
      }
    },

    async readMint(response) {
      const minted = v.safeParse(MintedSchema, await response.json())
      if (!minted.success) throw new ParleyError('provider_refused', 'the provider answered without a client secret')
      return minted.output
    },

    readRefusal: (status, body) => readRefusal(status, body, dialect.passesSoon),

    hangUp: (ref) => ({ url: callUrl(ref, 'hangup'), method: 'POST', headers: { ...credentials } }),

    accept: (ref, plan) => ({
      ...post(callUrl(ref, 'accept'), checkedConfig(openingConfig(named(plan)))),
      headers: { ...credentials, ...safety(plan.safetyId), 'Content-Type': 'application/json' },
    }),
    reject: (ref, sipStatus) => post(callUrl(ref, 'reject'), { status_code: sipStatus }),
    refer: (ref, uri) => post(callUrl(ref, 'refer'), { target_uri: uri }),

    control: (ref) => ({ url: `${base}/realtime?call_id=${encodeURIComponent(ref)}`, headers: { ...credentials } }),

    openText: openSocket,
    openVoice: openSocket,

    configure: (plan, kind) => [
      { type: 'session.update', event_id: CONFIGURE, session: configOf[kind](named(plan), dialect.secret) },
    ],

    listen: (agent) =>
      agent.turns.detection === 'push_to_talk'
        ? []
        : [{ type: 'session.update', event_id: LISTEN, session: listeningConfig(agent) }],

    seed: (item) => ({ type: 'conversation.item.create', event_id: item.id, item: seedItem(item) }),

    remove: (id) => ({ type: 'conversation.item.delete', event_id: `del_${id}`, item_id: id }),

    text: (id, text) => ({
      type: 'conversation.item.create',
      event_id: id,
      item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    }),

    note: (id, text, after) => ({
      type: 'conversation.item.create',
      event_id: id,
      ...(after === undefined ? {} : { previous_item_id: after }),
      item: { id, type: 'message', role: 'system', content: [{ type: 'input_text', text }] },
    }),

    answer: (nonce, { say, hold, noTools } = {}) => ({
      type: 'response.create',
      event_id: nonce,
      response: {
        metadata: { parley: nonce },
        ...(say ? { instructions: `Say exactly: "${say}"` } : {}),
        ...(hold ? { instructions: hold } : {}),
        ...(hold || noTools ? { tool_choice: 'none' } : {}),
      },
    }),

    // Section 11.1: the answer to it has to be asked for.
    toolResult: ({ id, tool, text }) => ({
      type: 'conversation.item.create',
      event_id: id,
      item: { id, type: 'function_call_output', call_id: tool?.callId ?? '', output: text },
    }),

    approve: (id, request, yes) => ({
      type: 'conversation.item.create',
      event_id: id,
      previous_item_id: request,
      item: { id, type: 'mcp_approval_response', approval_request_id: request, approve: yes },
    }),

    // Section 4.6. `clear` first: what was heard before the button went down is not part of the turn.
    talk: (on) => [{ type: on ? 'input_audio_buffer.clear' : 'input_audio_buffer.commit' }],

    interrupt: (kind) => [
      { type: 'response.cancel' },
      ...(kind === 'voice' ? [{ type: 'output_audio_buffer.clear' }] : []), // exists on WebRTC and SIP only (4.3)
    ],

    append: (pcm) => ({ type: 'input_audio_buffer.append', audio: pcm.toBase64() }),

    // Section 4.4: on a WebSocket the client knows what was heard.
    truncate: (id, ms) => ({
      type: 'conversation.item.truncate',
      event_id: `cut_${id}`,
      item_id: id,
      content_index: 0,
      audio_end_ms: ms,
    }),

    retrieve: (id) => ({ type: 'conversation.item.retrieve', event_id: id, item_id: id }),

    peek,
    reduce,
  }
}

/** Section 10: user → `input_text` and `input_image`, assistant → `output_text`, tools → call and output. */
function seedItem(item: ToldItem): Wire {
  const { id, text, jpeg } = item
  switch (item.kind) {
    case 'tool_call':
      return { id, type: 'function_call', name: item.tool?.name ?? '', call_id: callId(item), arguments: text }
    case 'tool_result':
      return { id, type: 'function_call_output', call_id: callId(item), output: text }
    default: {
      const role = item.role === 'assistant' ? 'assistant' : item.role === 'person' ? 'system' : 'user'
      const part = role === 'assistant' ? 'output_text' : 'input_text'
      // Section 11.3: a data URI, nothing is fetched.
      const image = jpeg ? [{ type: 'input_image', image_url: `data:image/jpeg;base64,${jpeg}` }] : []
      const words = jpeg && text === '' ? [] : [{ type: part, text }]
      return { id, type: 'message', role, content: [...image, ...words] }
    }
  }
}

/** The provider's own may be longer than what it takes from us (section 1.4). */
function callId({ tool }: Item): string {
  return itemId(tool?.callId ?? '')
}

/** Section 3: `/v1/realtime/calls/rtc_…`; Azure has been seen to answer `…?call_id=rtc_…`, too (section 12). */
function callIn(location: string | null): string | undefined {
  const [path = '', query] = (location ?? '').split('?')
  return new URLSearchParams(query).get('call_id') || path.split('/').pop() || undefined
}

function readRefusal(status: number, body: string, passesSoon: Dialect['passesSoon']): Refusal {
  const cause = refusalCode(body) ?? `http_${status}`
  if (cause === 'invalid_offer') return { code: 'bad_sdp', cause }
  const waitingHelps = status >= 500 || (status === 429 && passesSoon(cause))
  return { code: waitingHelps ? 'provider_busy' : 'provider_refused', cause }
}

function refusalCode(body: string): string | undefined {
  try {
    const read = v.safeParse(RefusalSchema, JSON.parse(body))
    return read.success ? (read.output.error.code ?? read.output.error.type ?? undefined) : undefined
  } catch {
    return undefined // not JSON: a proxy's page; the status says enough
  }
}
