/**
 * Asks a site owner's server what a tool is to answer. Signed by Standard Webhooks 1.0; the id is the same for every try, so
 * that the server can tell repeats. https to public names only, no redirects, bounded in size; the time is the tool's own.
 */
import { refusedTarget } from '../../protocol/target.ts'
import type { ToolContext, ToolSpec } from '../../protocol/tool.ts'

/** Longest answer that is read (bytes); what the model gets of it is bounded further (result.ts). */
const MAX_ANSWER = 64 * 1024
/** Pauses before another try (ms), where trying again does no harm. */
const PAUSES_MS = [200, 800]

/** Its name is what the log tells: never an address, an answer or a secret. */
class WebhookError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** @throws WebhookError */
export async function askServer(
  { name, idempotent }: ToolSpec,
  { url, secretName }: { url: string; secretName: string },
  args: unknown,
  { signal, callId, session, agent, person, env }: ToolContext,
): Promise<unknown> {
  const refusal = refusedTarget(url, exceptionsOf(env.TOOL_ORIGINS))
  if (refusal) throw new WebhookError('WebhookTargetRefused', refusal)
  const key = keyOf(env[secretName])
  const id = `msg_${callId}`
  const data = { tool: name, call: callId, session, agent, person, arguments: args }
  const pauses = idempotent ? PAUSES_MS : []
  for (let tries = 0; ; tries++) {
    const body = JSON.stringify({ type: 'tool.call', timestamp: new Date().toISOString(), data })
    const headers = { 'Content-Type': 'application/json', ...(await signed(key, id, body)) }
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' }).catch(
      (error: unknown) => {
        if (signal.aborted) throw error
        return null // no answer at all
      },
    )
    if (response?.ok) return readJson(response)
    await response?.body?.cancel()
    const pause = pauses[tries]
    const status = response?.status ?? 0
    const mayHelp = response === null || status >= 500 || status === 429
    if (pause === undefined || !mayHelp)
      throw new WebhookError(`WebhookStatus${status}`, 'the server did not accept it')
    await new Promise((resume) => setTimeout(resume, pause))
    signal.throwIfAborted()
  }
}

/** Comma-separated origins. */
function exceptionsOf(variable: unknown): string[] {
  return typeof variable === 'string' ? variable.split(',').map((origin) => origin.trim()) : []
}

/** Standard Webhooks: `whsec_` and base64, else the bytes of the text itself. */
function keyOf(secret: unknown): Uint8Array {
  if (typeof secret !== 'string' || secret === '') throw new WebhookError('WebhookSecretMissing', 'set the secret')
  if (!secret.startsWith('whsec_')) return new TextEncoder().encode(secret)
  return Uint8Array.from(atob(secret.slice('whsec_'.length)), (letter) => letter.charCodeAt(0))
}

async function signed(key: Uint8Array, id: string, body: string): Promise<Record<string, string>> {
  const timestamp = Math.floor(Date.now() / 1000)
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, content)).toBase64()
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}

async function readJson(response: Response): Promise<unknown> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.length
    if (length > MAX_ANSWER) throw new WebhookError('WebhookAnswerTooLarge', `more than ${MAX_ANSWER} bytes`)
    text += decoder.decode(piece, { stream: true })
  }
  text += decoder.decode()
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    throw new WebhookError('WebhookAnswerNotJson', 'answers are JSON') // without the parser's words: they quote the answer
  }
}
