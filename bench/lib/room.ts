/** Talks to a room of bench/lib/workers/party.ts. */
import WebSocket from 'ws'
import { newId } from '../../protocol/ids.ts'

export class Room {
  readonly #socket: WebSocket
  readonly #waiting = new Map<string, () => void>()

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const { id } = JSON.parse(String(data)) as { id: string }
      this.#waiting.get(id)?.()
      this.#waiting.delete(id)
    })
  }

  static open(url: string): Promise<Room> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/?room=bench`)
    const room = new Room(socket)
    return new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => resolve(room))
    })
  }

  /** Resolves when the room says that it is stored. */
  say(id: string, text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#socket.send(JSON.stringify({ id, text }))
    })
  }

  async sayAll(count: number, text: string): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.say(newId('txt_'), text)))
  }
}
