/**
 * The token of a reply address: session, hand-over and end of validity, sealed under a key made from the deployment's
 * secret. So nobody else can make one, and whoever holds one learns nothing from it, not even which session it is for.
 */
import { hkdfSync } from 'node:crypto'
import * as v from 'valibot'
import { SessionIdSchema } from '../../protocol/ids.ts'
import { KEY_BYTES, seal, unseal } from '../cipher.ts'

const ClaimsSchema = v.object({ session: SessionIdSchema, handOver: v.string(), expiresAt: v.number() })
/** `expiresAt`: ms since 1970. */
export type ReplyClaims = v.InferOutput<typeof ClaimsSchema>

const PLACE = 'parley reply token v1'

export function issueReplyToken(secret: string, claims: ReplyClaims): string {
  const sealed = seal(keyFrom(secret), new TextEncoder().encode(JSON.stringify(claims)), PLACE)
  return sealed.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @param secrets the deployment's, and behind it an older one. Null for what was not made by us. */
export function readReplyToken(secrets: readonly string[], token: string): ReplyClaims | null {
  if (!/^[A-Za-z0-9_-]{40,400}$/.test(token)) return null
  const sealed = token.replaceAll('-', '+').replaceAll('_', '/')
  for (const secret of secrets) {
    try {
      const text = new TextDecoder().decode(unseal(keyFrom(secret), sealed, PLACE))
      return v.parse(ClaimsSchema, JSON.parse(text))
    } catch {
      // Forged, or made from another secret: the next one may fit.
    }
  }
  return null
}

function keyFrom(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', PLACE, KEY_BYTES))
}
