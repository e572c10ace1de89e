/**
 * Every route of the broker as data: what it takes, what it answers, which errors. The API description
 * (docs/openapi.json), the table in docs/errors.md and the tests are made from it; neither the broker nor the widget
 * carries it.
 */
import type * as v from 'valibot'
import {
  AgentFaceSchema,
  CallCreatedSchema,
  CreateSessionSchema,
  EventsQuerySchema,
  HealthSchema,
  NextCallSchema,
  OwnSessionsQuerySchema,
  OwnSessionsSchema,
  RenewedTokenSchema,
  RenewTokenSchema,
  ReportCallSchema,
  SessionCreatedSchema,
  ToldTranscriptSchema,
  TranscriptQuerySchema,
} from './api.ts'
import {
  ConsoleAgentsSchema,
  LiveCallsSchema,
  LoginSchema,
  MeSchema,
  OwnedSessionSchema,
  OwnedTranscriptSchema,
  PauseSchema,
  PlotsQuerySchema,
  PlotsSchema,
  SessionListQuerySchema,
  SessionListSchema,
  SettingsSchema,
} from './console.ts'
import type { ErrorCode } from './errors.ts'
import { AgentIdSchema, CallIdSchema, ItemIdSchema, SessionIdSchema } from './ids.ts'
import { ProviderEventSchema, WebhookHandledSchema } from './provider-webhook.ts'
import { RateSchema } from './rating.ts'
import { RelayQuerySchema } from './relay-client.ts'
import { ReplySchema, ReplyStoredSchema, ReplyTokenSchema } from './reply.ts'

export interface Route {
  /** Name of the operation. */
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `{name}` for each of `params`. */
  path: string
  summary: string
  /** `website`: an Origin that the agent allows. `identity`: a signed identity. `token`: the session's token from the Origin that it was made for. `owner`: the admin token, or Cloudflare Access (docs/console.md). */
  needs: 'nothing' | 'website' | 'token' | 'identity' | 'owner'
  params: Readonly<Record<string, v.GenericSchema>>
  query?: v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> }
  body?: v.GenericSchema
  answer: Answer
  /** Besides `EVERYWHERE`. */
  errors: readonly ErrorCode[]
  /** Errors that come as a frame, after the socket was opened. */
  frameErrors?: readonly ErrorCode[]
}

export interface Answer {
  status: 101 | 200 | 201 | 204
  means: string
  json?: v.GenericSchema
  /** Other media types that may be asked for with `Accept`. */
  text?: readonly string[]
  /** Media type of bytes. */
  bytes?: string
}

/** What any route may answer. */
export const EVERYWHERE: readonly ErrorCode[] = ['internal']
/** What is answered where there is no route. */
export const NO_ROUTE: readonly ErrorCode[] = ['not_found', 'method_not_allowed']

const TOKEN_ERRORS = [
  'token_missing',
  'token_invalid',
  'token_superseded',
  'token_expired',
  'token_revoked',
  'session_not_found',
  'not_configured',
] as const satisfies ErrorCode[]
const IDENTITY_ERRORS = [
  'identity_required',
  'identity_invalid',
  'identity_replayed',
  'identity_unavailable',
] as const satisfies ErrorCode[]
const BODY_ERRORS = ['bad_request', 'bad_json', 'too_large'] as const satisfies ErrorCode[]
const START_ERRORS = [
  'rate_limited',
  'budget_exhausted',
  'visitor_budget_exhausted',
  'too_many_calls',
  'idempotency_in_flight',
  'idempotency_expired',
  'idempotency_mismatch',
  'agent_paused',
] as const satisfies ErrorCode[]
const OPENING_ERRORS = [
  'bad_sdp',
  'call_superseded',
  'provider_refused',
  'provider_busy',
  'provider_unreachable',
] as const satisfies ErrorCode[]

const OWNER_ERRORS = ['console_login', 'console_off'] as const satisfies ErrorCode[]
/** Of routes that change something. */
const ACT_ERRORS = [...OWNER_ERRORS, 'foreign_request'] as const satisfies ErrorCode[]
const RECORDS_ERRORS = ['no_records', 'records_unavailable'] as const satisfies ErrorCode[]

const session = { session: SessionIdSchema }
const call = { ...session, call: CallIdSchema }
const item = { ...session, item: ItemIdSchema }

export const ROUTES: readonly Route[] = [
  {
    id: 'health',
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the broker runs and is configured.',
    needs: 'nothing',
    params: {},
    answer: { status: 200, means: 'It runs.', json: HealthSchema },
    errors: [],
  },
  {
    id: 'agent',
    method: 'GET',
    path: '/v1/agents/{agent}',
    summary: 'The public face of an agent. Never its instructions.',
    needs: 'website',
    params: { agent: AgentIdSchema },
    answer: { status: 200, means: 'What visitors may know.', json: AgentFaceSchema },
    errors: ['agent_not_found', 'origin_refused'],
  },
  {
    id: 'createSession',
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Begins a conversation, and with `call` its first call in the same round trip.',
    needs: 'website',
    params: {},
    body: CreateSessionSchema,
    answer: { status: 201, means: 'The session and the token that opens it.', json: SessionCreatedSchema },
    errors: [
      ...BODY_ERRORS,
      'agent_not_found',
      'origin_refused',
      'not_configured',
      'consent_required',
      ...IDENTITY_ERRORS,
      'bot_check_failed',
      'bot_check_unavailable',
      ...START_ERRORS,
      ...OPENING_ERRORS,
    ],
  },
  {
    id: 'ownSessions',
    method: 'GET',
    path: '/v1/sessions',
    summary: "With a signed identity: that person's sessions with the agent, newest first.",
    needs: 'identity',
    params: {},
    query: OwnSessionsQuerySchema,
    answer: { status: 200, means: 'Their sessions.', json: OwnSessionsSchema },
    errors: ['bad_request', 'agent_not_found', 'origin_refused', 'not_configured', 'rate_limited', ...IDENTITY_ERRORS],
  },
  {
    id: 'renewToken',
    method: 'POST',
    path: '/v1/sessions/{session}/token',
    summary: 'With a signed identity: a token for one of their sessions, for another device.',
    needs: 'identity',
    params: session,
    body: RenewTokenSchema,
    answer: { status: 201, means: 'A token of that session.', json: RenewedTokenSchema },
    errors: [
      ...BODY_ERRORS,
      'agent_not_found',
      'origin_refused',
      'session_not_found',
      'not_configured',
      'rate_limited',
      ...IDENTITY_ERRORS,
    ],
  },
  {
    id: 'eraseSession',
    method: 'DELETE',
    path: '/v1/sessions/{session}',
    summary: 'Ends the call and erases everything.',
    needs: 'token',
    params: session,
    answer: { status: 204, means: 'It is gone.' },
    errors: TOKEN_ERRORS,
  },
  {
    id: 'createCall',
    method: 'POST',
    path: '/v1/sessions/{session}/calls',
    summary:
      'Opens a call on an existing session. An older call is hung up first. `after` names the call that a widget follows by itself.',
    needs: 'token',
    params: session,
    body: NextCallSchema,
    answer: { status: 201, means: 'The call, and a newer token of the session.', json: CallCreatedSchema },
    errors: [
      ...TOKEN_ERRORS,
      ...BODY_ERRORS,
      ...START_ERRORS,
      ...OPENING_ERRORS,
      'call_not_found',
      'call_over',
      'rollover_refused',
      'consent_required',
    ],
  },
  {
    id: 'reportCall',
    method: 'PUT',
    path: '/v1/sessions/{session}/calls/{call}',
    summary: 'Ephemeral handshake: tells which call the widget has opened at the provider.',
    needs: 'token',
    params: call,
    body: ReportCallSchema,
    answer: { status: 204, means: 'The broker looks after the call from now on.' },
    errors: [...TOKEN_ERRORS, ...BODY_ERRORS, 'call_not_found', 'call_superseded'],
  },
  {
    id: 'endCall',
    method: 'POST',
    path: '/v1/sessions/{session}/calls/{call}/end',
    summary: 'Hangs up and keeps the session. Works as a keepalive request while a page goes away.',
    needs: 'token',
    params: call,
    answer: { status: 204, means: 'The call has ended.' },
    errors: [...TOKEN_ERRORS, 'bad_request', 'call_not_found'],
  },
  {
    id: 'events',
    method: 'GET',
    path: '/v1/sessions/{session}/events',
    summary:
      'The event socket: a WebSocket with the subprotocols `parley.v1` and `token.<session token>`. Frames: ServerFrame to the widget, ClientFrame from it.',
    needs: 'token',
    params: session,
    query: EventsQuerySchema,
    answer: { status: 101, means: 'The socket is open.' },
    errors: [...TOKEN_ERRORS, 'bad_request', 'upgrade_required', 'rate_limited'],
    frameErrors: ['bad_request', 'image_refused', 'too_many_images', 'budget_exhausted', 'too_many_frames'],
  },
  {
    id: 'relay',
    method: 'GET',
    path: '/v1/sessions/{session}/relay',
    summary:
      'The sound of a call with the transport `relay`: a WebSocket with the subprotocols `parley.relay.v1` and `token.<session token>`. Binary frames: PCM16, little endian, mono, 24 000 Hz. Text frames: RelayServerFrame to the widget, RelayClientFrame from it.',
    needs: 'token',
    params: session,
    query: RelayQuerySchema,
    answer: { status: 101, means: 'The socket is open.' },
    errors: [...TOKEN_ERRORS, 'bad_request', 'call_not_found', 'upgrade_required', 'rate_limited'],
    frameErrors: ['bad_request', 'too_many_frames'],
  },
  {
    id: 'reply',
    method: 'POST',
    path: '/v1/replies/{token}',
    summary:
      'A person answers after a hand-over: what is posted to the `reply_url` of a `hand_over` event appears in the conversation under their name. The address is the right to do so.',
    needs: 'nothing',
    params: { token: ReplyTokenSchema },
    body: ReplySchema,
    answer: { status: 201, means: 'It is part of the conversation.', json: ReplyStoredSchema },
    errors: [...BODY_ERRORS, 'reply_invalid', 'reply_expired', 'replies_used_up', 'not_configured'],
  },
  {
    id: 'openaiWebhook',
    method: 'POST',
    path: '/v1/webhooks/openai',
    summary:
      'What the provider tells: a phone call comes in. Signed by Standard Webhooks with OPENAI_WEBHOOK_SECRET, at most five minutes ago. Repeats and events of other types are answered with 200 and change nothing.',
    needs: 'nothing',
    params: {},
    body: ProviderEventSchema,
    answer: { status: 200, means: 'It was taken.', json: WebhookHandledSchema },
    errors: [
      ...BODY_ERRORS,
      'signature_invalid',
      'signature_stale',
      'not_configured',
      'provider_busy',
      'provider_unreachable',
    ],
  },
  {
    id: 'transcript',
    method: 'GET',
    path: '/v1/sessions/{session}/transcript',
    summary: 'The conversation: JSON in pages, or the whole as text by `Accept`.',
    needs: 'token',
    params: session,
    query: TranscriptQuerySchema,
    answer: {
      status: 200,
      means: 'The items by ascending position.',
      json: ToldTranscriptSchema,
      text: ['application/x-ndjson', 'text/markdown', 'text/plain', 'text/vtt'],
    },
    errors: [...TOKEN_ERRORS, 'bad_request', 'call_not_found'],
  },
  {
    id: 'rate',
    method: 'PUT',
    path: '/v1/sessions/{session}/rating',
    summary: 'How the conversation was. Also when its calls are over; the newest counts.',
    needs: 'token',
    params: session,
    body: RateSchema,
    answer: { status: 204, means: 'It is kept.' },
    errors: [...TOKEN_ERRORS, ...BODY_ERRORS, 'rate_limited'],
  },
  {
    id: 'image',
    method: 'GET',
    path: '/v1/sessions/{session}/images/{item}',
    summary: 'A picture that the visitor has shown, by its item. Only of agents with `images.keep`.',
    needs: 'token',
    params: item,
    answer: { status: 200, means: 'The picture as it was shown.', bytes: 'image/jpeg' },
    errors: [...TOKEN_ERRORS, 'bad_request', 'image_not_found'],
  },
  ...consoleRoutes(),
]

/** What the console's page asks. */
function consoleRoutes(): Route[] {
  const owner = { needs: 'owner', params: {}, errors: OWNER_ERRORS } as const
  const act = { needs: 'owner', params: {}, errors: ACT_ERRORS } as const
  return [
    {
      id: 'consoleLogin',
      method: 'POST',
      path: '/console/api/login',
      summary: 'The admin token for a cookie that no script can read, good for 12 hours.',
      needs: 'nothing',
      params: {},
      body: LoginSchema,
      answer: { status: 204, means: 'The cookie is set.' },
      errors: [...ACT_ERRORS, ...BODY_ERRORS, 'rate_limited', 'not_configured'],
    },
    {
      id: 'consoleLogout',
      method: 'POST',
      path: '/console/api/logout',
      summary: 'Takes the cookie away.',
      needs: 'nothing',
      params: {},
      answer: { status: 204, means: 'It is gone.' },
      errors: ACT_ERRORS,
    },
    {
      ...owner,
      id: 'consoleMe',
      method: 'GET',
      path: '/console/api/me',
      summary: 'Who is asking, and what this deployment has.',
      answer: { status: 200, means: 'The owner.', json: MeSchema },
    },
    {
      ...owner,
      id: 'consoleAgents',
      method: 'GET',
      path: '/console/api/agents',
      summary: 'Agents with their limits and what they have spent of them.',
      answer: { status: 200, means: 'All agents.', json: ConsoleAgentsSchema },
    },
    {
      ...act,
      id: 'consolePause',
      method: 'PUT',
      path: '/console/api/agents/{agent}/paused',
      summary: 'Lets no conversation and no call of an agent begin any more, or again. What is live goes on.',
      params: { agent: AgentIdSchema },
      body: PauseSchema,
      answer: { status: 204, means: 'It is so.' },
      errors: [...ACT_ERRORS, ...BODY_ERRORS, 'agent_not_found'],
    },
    {
      ...act,
      id: 'consoleResendAlerts',
      method: 'POST',
      path: '/console/api/agents/{agent}/dead-letters/resend',
      summary: 'Has the alerts of an agent told anew that were given up.',
      params: { agent: AgentIdSchema },
      answer: { status: 204, means: 'They are tried again.' },
      errors: [...ACT_ERRORS, 'agent_not_found'],
    },
    {
      ...owner,
      id: 'consoleCalls',
      method: 'GET',
      path: '/console/api/calls',
      summary: 'What is live now, newest first.',
      answer: { status: 200, means: 'Live calls.', json: LiveCallsSchema },
    },
    {
      ...owner,
      id: 'consoleSessions',
      method: 'GET',
      path: '/console/api/sessions',
      summary: 'Sessions by agent, end, time and cost, newest first, in pages.',
      query: SessionListQuerySchema,
      answer: { status: 200, means: 'One page.', json: SessionListSchema },
      errors: [...OWNER_ERRORS, ...RECORDS_ERRORS, 'bad_request'],
    },
    {
      ...owner,
      id: 'consoleSession',
      method: 'GET',
      path: '/console/api/sessions/{session}',
      summary: 'One session with its calls and the events that were given up.',
      params: session,
      answer: { status: 200, means: 'The session.', json: OwnedSessionSchema },
      errors: [...OWNER_ERRORS, 'bad_request', 'session_not_found'],
    },
    {
      ...owner,
      id: 'consoleTranscript',
      method: 'GET',
      path: '/console/api/sessions/{session}/transcript',
      summary:
        'The conversation with all that tools were asked and answered: JSON in pages, or the whole as text by `Accept`.',
      params: session,
      query: TranscriptQuerySchema,
      answer: {
        status: 200,
        means: 'The items by ascending position.',
        json: OwnedTranscriptSchema,
        text: ['application/x-ndjson', 'text/markdown', 'text/plain', 'text/vtt'],
      },
      errors: [...OWNER_ERRORS, 'bad_request', 'session_not_found'],
    },
    {
      ...owner,
      id: 'consoleImage',
      method: 'GET',
      path: '/console/api/sessions/{session}/images/{item}',
      summary: 'A picture that a visitor has shown, by its item. Only of agents with `images.keep`.',
      params: item,
      answer: { status: 200, means: 'The picture as it was shown.', bytes: 'image/jpeg' },
      errors: [...OWNER_ERRORS, 'bad_request', 'session_not_found', 'image_not_found'],
    },
    {
      ...act,
      id: 'consoleErase',
      method: 'DELETE',
      path: '/console/api/sessions/{session}',
      summary: 'Ends the call of a session and erases everything.',
      params: session,
      answer: { status: 204, means: 'It is gone.' },
      errors: [...ACT_ERRORS, 'bad_request', 'session_not_found'],
    },
    {
      ...act,
      id: 'consoleEndCall',
      method: 'POST',
      path: '/console/api/sessions/{session}/calls/{call}/end',
      summary: 'Hangs up. The visitor keeps the conversation and may call again.',
      params: call,
      answer: { status: 204, means: 'The call has ended.' },
      errors: [...ACT_ERRORS, 'bad_request', 'session_not_found', 'call_not_found'],
    },
    {
      ...act,
      id: 'consoleResend',
      method: 'POST',
      path: '/console/api/sessions/{session}/dead-letters/resend',
      summary: 'Has the events told anew that were given up.',
      params: session,
      answer: { status: 204, means: 'They are tried again.' },
      errors: [...ACT_ERRORS, 'bad_request'],
    },
    {
      ...owner,
      id: 'consolePlots',
      method: 'GET',
      path: '/console/api/plots',
      summary: 'Calls, minutes, cost, errors and times of a day, a week or a month.',
      query: PlotsQuerySchema,
      answer: { status: 200, means: 'One number for each step of time.', json: PlotsSchema },
      errors: [...OWNER_ERRORS, ...RECORDS_ERRORS, 'bad_request', 'agent_not_found'],
    },
    {
      ...owner,
      id: 'consoleSettings',
      method: 'GET',
      path: '/console/api/settings',
      summary: 'What `npm run doctor` says of this deployment.',
      answer: { status: 200, means: 'What was found.', json: SettingsSchema },
    },
  ]
}
