/** What a test needs to look at a call from the inside: its rows, and a second control socket at the provider. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inject } from 'vitest'
import type { Item } from '../../protocol/item.ts'
import { Store } from '../../worker/session/store.ts'
import { Vault } from '../../worker/session/vault.ts'

type Json = Record<string, unknown>

/** The provider's id of the live call. */
export async function providerRef(session: string): Promise<string> {
  return runInDurableObject(env.SESSIONS.getByName(session), (_, state) => {
    const rows = state.storage.sql.exec("SELECT data FROM calls WHERE state = 'live'").toArray()
    return String(JSON.parse(String(rows[0]?.data)).ref)
  })
}

/** Hears and says in a call what a data channel of the page could. */
export async function secondSocket(ref: string) {
  const response = await fetch(`${inject('simulator')}/realtime?call_id=${ref}`, {
    headers: { Upgrade: 'websocket', Authorization: 'Bearer sk-hostile', 'Sec-WebSocket-Protocol': 'realtime' },
  })
  const socket = response.webSocket
  if (!socket) throw new Error(`no socket: ${response.status}`)
  const events: Json[] = []
  const state = { closed: false }
  socket.addEventListener('message', (event) => {
    events.push(JSON.parse(String(event.data)))
  })
  socket.addEventListener('close', () => {
    state.closed = true
  })
  socket.accept()
  return {
    state,
    events,
    /** Configurations that were in force, one after the other. */
    configurations: () => events.filter((event) => event.type === 'session.updated').map((event) => event.session),
    refusals: () => events.filter((event) => event.type === 'error'),
    send: (event: Json) => socket.send(JSON.stringify(event)),
  }
}

/** The transcript as it is stored. */
export async function items(session: string): Promise<Item[]> {
  return runInDurableObject(env.SESSIONS.getByName(session), (_, { id, storage: { sql } }) => {
    const vault = new Vault({ sql, owner: id.toString(), secrets: [env.PARLEY_SECRET] })
    return new Store(sql, vault).itemsAfter(0, 1000)
  })
}
