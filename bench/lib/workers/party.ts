/** A partyserver room that keeps each message in SQL and acknowledges it. */
import { type Connection, Server, type WSMessage } from 'partyserver'

interface RoomEnv {
  ROOMS: DurableObjectNamespace<Room>
}

export class Room extends Server {
  static override options = { hibernate: true }

  override onStart(): void {
    this.ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID',
    )
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    const { id, text } = JSON.parse(String(message)) as { id: string; text: string }
    const data = JSON.stringify({ role: 'user', text, at: Date.now() })
    this.ctx.storage.sql.exec('INSERT OR REPLACE INTO messages (id, data) VALUES (?, ?)', id, data)
    connection.send(JSON.stringify({ type: 'ack', id }))
  }
}

export default {
  fetch(request: Request, env: RoomEnv): Promise<Response> | Response {
    const room = new URL(request.url).searchParams.get('room')
    return room ? env.ROOMS.getByName(room).fetch(request) : new Response('ok')
  },
}
