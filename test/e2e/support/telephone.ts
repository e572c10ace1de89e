/** A telephone at the simulator, and what the broker has written down of its calls: nobody has a token for those but the tests. */
import { createHmac } from 'node:crypto'
import { newId } from '../../../protocol/ids.ts'
import type { ThreadItem } from './visitor.ts'
export const PHONE_SECRET = 'whsec_YSB0ZWxlcGhvbmUgb2YgdGhlIGJyb3dzZXIgdGVzdHM='

interface Phone {
  call: string
  state: string
  end_reason: string | null
  saying: boolean
  hearing: boolean
  delivery: { status: number; body: string } | null
}

export async function phone(simulatorUrl: string, path: string, body?: object): Promise<Phone> {
  const url = `${new URL(simulatorUrl).origin}/_simulator/phone${path}`
  const response = await fetch(url, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  if (!response.ok) throw new Error(`phone: ${response.status} ${await response.text()}`)
  return response.json()
}

/** The stored transcript of a phone call. @param secret of the deployment */
export async function phoneTranscript(brokerUrl: string, secret: string, call: string): Promise<ThreadItem[]> {
  const mac = (text: string) => createHmac('sha256', secret).update(text)
  const bytes = mac(JSON.stringify(['parley phone session v1', call])).digest()
  const session = newId('ses_', () => bytes)
  const token = `${session}.1.${mac(`parley session token v1|${session}|1|phone`).digest('base64url')}`
  const headers = { Authorization: `Bearer ${token}`, Origin: 'phone' }
  const response = await fetch(`${brokerUrl}/v1/sessions/${session}/transcript`, { headers })
  if (!response.ok) throw new Error(`transcript: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { items: ThreadItem[] }).items
}
