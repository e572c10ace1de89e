/** Webhooks as the provider sends them: signed by Standard Webhooks (realtime-api.md 6.1), or spoilt on demand. */
import { createHmac, randomBytes } from 'node:crypto'

/** `late` and `early`: signed well, but at a time that is off by so much (s). The provider's tolerance is 300. */
const OFF_BY_S = { good: 0, forged: 0, late: -301, early: 301 } as const

export type Signing = keyof typeof OFF_BY_S
export const SIGNINGS = ['good', 'forged', 'late', 'early'] as const satisfies Signing[]

/** What can be sent again as it is. */
export interface Webhook {
  headers: Record<string, string>
  body: string
}

export interface Delivery {
  id: string
  /** 0 where nobody answered. */
  status: number
  body: string
}

const TIMEOUT_MS = 30_000

/** @param now ms since 1970 */
export function signed(body: string, secret: string, id: string, now: number, signing: Signing): Webhook {
  const timestamp = String(Math.floor(now / 1000) + OFF_BY_S[signing])
  const key = signing === 'forged' ? randomBytes(32) : keyOf(secret)
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'OpenAI/1.0 (simulator)',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  }
}

export async function deliver(url: string, { headers, body }: Webhook): Promise<Delivery> {
  const id = headers['webhook-id'] ?? ''
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    return { id, status: response.status, body: await response.text() }
  } catch (error) {
    return { id, status: 0, body: error instanceof Error ? error.name : 'unknown' }
  }
}

/** `whsec_` and base64, else the bytes of the text itself. */
function keyOf(secret: string): Buffer {
  const prefix = 'whsec_'
  return secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret)
}
