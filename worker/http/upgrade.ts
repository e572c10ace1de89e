/** What the WebSocket routes share: who asks, by the token among the subprotocols, and what the session answers. */
import * as v from 'valibot'
import { ERRORS, type ErrorCode, ParleyError } from '../../protocol/errors.ts'
import { TOKEN_SUBPROTOCOL_PREFIX } from '../../protocol/frames.ts'
import { admitRate } from '../admission/rate.ts'
import { type AppContext, bearer } from './context.ts'

const RefusalSchema = v.object({ code: v.picklist(Object.keys(ERRORS) as ErrorCode[]) })

/** @throws ParleyError upgrade_required | token_* | rate_limited */
export async function upgrading(c: AppContext, session: string, subprotocol: string) {
  const protocols = (c.req.header('Sec-WebSocket-Protocol') ?? '').split(',').map((one) => one.trim())
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket' || !protocols.includes(subprotocol)) {
    throw new ParleyError('upgrade_required')
  }
  const token = protocols.find((one) => one.startsWith(TOKEN_SUBPROTOCOL_PREFIX))
  const asking = await bearer(c, session, token?.slice(TOKEN_SUBPROTOCOL_PREFIX.length))
  await admitRate(c.env.RATE, `socket|${session}`, c.req.header('CF-Connecting-IP') ?? null)
  return asking
}

/** The socket that the session opens. @throws ParleyError that the session refuses it with */
export async function openAt(stub: DurableObjectStub, path: string, query: Record<string, string>): Promise<Response> {
  const url = `https://session/${path}?${new URLSearchParams(query)}`
  const response = await stub.fetch(url, { headers: { Upgrade: 'websocket' } })
  if (response.webSocket) return response
  throw new ParleyError(v.parse(RefusalSchema, await response.json()).code)
}
