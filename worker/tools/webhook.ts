/**
 * Asks a site owner's server what a tool is to answer. The answer is bounded in size; the time is the tool's own.
 */
import type { ToolContext, ToolSpec } from '../../protocol/tool.ts'
import { serverAt, WebhookError } from '../webhooks/server.ts'

/** Longest answer that is read (bytes); what the model gets of it is bounded further (result.ts). */
const MAX_ANSWER = 64 * 1024
/** Pauses before another try (ms), where trying again does no harm. */
const PAUSES_MS = [200, 800]

/** @throws WebhookError */
export async function askServer(
  { name, idempotent }: ToolSpec,
  webhook: { url: string; secretName: string },
  args: unknown,
  { signal, callId, session, agent, person, env }: ToolContext,
): Promise<unknown> {
  const server = serverAt(webhook, env)
  const id = `msg_${callId}`
  const data = { tool: name, call: callId, session, agent, person, arguments: args }
  const pauses = idempotent ? PAUSES_MS : []
  for (let tries = 0; ; tries++) {
    const body = JSON.stringify({ type: 'tool.call', timestamp: new Date().toISOString(), data })
    const response = await server.post({ id, body, now: Date.now(), signal }).catch((error: unknown) => {
      if (signal.aborted) throw error
      return null // no answer at all
    })
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
