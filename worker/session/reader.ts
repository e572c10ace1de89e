/** What whoever holds a good token may read of a session, on any of their devices. `generation` is always the token's. */
import type { ToldTranscript } from '../../protocol/api.ts'
import { beganAt } from './began.ts'
import type { Door } from './door.ts'
import type { ImageRows } from './image-rows.ts'
import { ok, type Result, refused } from './result.ts'
import { shownPage } from './shown.ts'
import type { Store } from './store.ts'

export interface ReaderPorts {
  door: Door
  store: Pick<Store, 'itemsAfter' | 'firstCall' | 'call'>
  images: Pick<ImageRows, 'jpeg'>
}

export class Reader {
  readonly #ports: ReaderPorts

  constructor(ports: ReaderPorts) {
    this.#ports = ports
  }

  /** One page. @param after position of an item */
  transcript(generation: number, after: number, limit: number): Result<ToldTranscript> {
    const { door, store } = this.#ports
    const session = door.admit(generation)
    if (!session.ok) return session
    return ok(shownPage(store.itemsAfter(after, limit + 1), limit, session.value))
  }

  /** When a call began, or the first of all (ms since 1970); the session itself when it never had one. */
  startedAt(generation: number, callId?: string): Result<number> {
    const { door, store } = this.#ports
    const session = door.admit(generation)
    return session.ok ? beganAt(store, session.value, callId) : session
  }

  /** The JPEG of a picture that is kept, by its item. */
  image(generation: number, item: string): Result<Uint8Array<ArrayBuffer>> {
    const { door, images } = this.#ports
    const session = door.admit(generation)
    return session.ok ? keptImage(images, item) : session
  }
}

export function keptImage(images: Pick<ImageRows, 'jpeg'>, item: string): Result<Uint8Array<ArrayBuffer>> {
  const jpeg = images.jpeg(item)
  return jpeg === null ? refused('image_not_found') : ok(Uint8Array.fromBase64(jpeg))
}
