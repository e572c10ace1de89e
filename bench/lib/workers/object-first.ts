/** The obvious broker with sessions: first the session's object, then the provider, then the object again. */
import { DurableObject } from 'cloudflare:workers'
import { askProvider, type ProviderEnv } from './ask-provider.ts'

interface ObjectEnv extends ProviderEnv {
  CONVERSATIONS: DurableObjectNamespace<Conversation>
}

export class Conversation extends DurableObject<ObjectEnv> {
  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env)
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, ref TEXT)')
  }

  async begin(): Promise<number> {
    const { sql } = this.ctx.storage
    return Number(sql.exec('INSERT INTO calls (at) VALUES (?) RETURNING id', Date.now()).one().id)
  }

  async opened(id: number, ref: string): Promise<void> {
    this.ctx.storage.sql.exec('UPDATE calls SET ref = ? WHERE id = ?', ref, id)
  }
}

export default {
  async fetch(request: Request, env: ObjectEnv): Promise<Response> {
    if (request.method === 'GET') return new Response('ok')
    const { sdp, session = crypto.randomUUID() } = await request.json<{ sdp: string; session?: string }>()
    const conversation = env.CONVERSATIONS.getByName(session)
    const id = await conversation.begin()
    const answer = await askProvider(env, sdp)
    await conversation.opened(id, answer.ref)
    return Response.json({ session, sdp: answer.sdp }, { status: 201 })
  },
}
