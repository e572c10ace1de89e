/**
 * Pictures that the visitor shows. Each is stored as an item of the transcript before it goes to the provider, without its pixels unless
 * the agent keeps them. Pixels that are not kept are in memory until the assistant has answered; what is lost before that is
 * marked in the thread, and the assistant is told.
 */
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGE_SIDE } from '../../protocol/image.ts'
import type { Item } from '../../protocol/item.ts'
import { type JpegFlaw, readJpeg } from '../../protocol/jpeg.ts'
import type { Log } from '../log.ts'
import type { CallEvent, Provider, ToldItem } from '../provider/provider.ts'
import type { Carrier } from './carrier.ts'
import type { ImageRows } from './image-rows.ts'
import type { Meter } from './meter.ts'
import { chooseSeeds } from './restore.ts'
import type { SessionRow, Store } from './store.ts'

/** So many may wait for an answer. */
const MAX_WAITING = 8

type ImageFrame = Extract<ClientFrame, { type: 'image' }>
type Refusal = { code: 'image_refused' | 'too_many_images'; detail: string }
type Outcome = { image: NonNullable<Item['image']> } | Refusal

export interface ImagesPorts {
  store: Pick<Store, 'item' | 'newestFirst' | 'saveItem' | 'currentCall'>
  imageRows: ImageRows
  provider: Pick<Provider, 'seed' | 'retrieve'>
  meter: Pick<Meter, 'record'>
  log: Pick<Log, 'info'>
  send: (frame: ServerFrame) => void
}

export class Images {
  readonly #ports: ImagesPorts
  /** Pixels that no answer has come to yet: items and base64. */
  readonly #held = new Map<string, string>()
  /** Given to the provider, and not confirmed yet. */
  readonly #sent = new Set<string>()
  /** Of which the provider has confirmed none. */
  readonly #untold = new Set<string>()

  constructor(ports: ImagesPorts) {
    this.#ports = ports
  }

  /** What is to be stored with the item, or why it is refused. To be followed by storing it, without an `await`. */
  take({ id, jpeg }: ImageFrame, { agent }: SessionRow): Outcome {
    const { store, imageRows, log } = this.#ports
    const known = store.item(id)
    if (known?.image) return { image: known.image } // a repeat
    const call = store.currentCall()?.id ?? null
    const taken = known ? refused('the id is that of another item') : null
    const read = taken ?? this.#tooMany(agent.images, call) ?? sizeOf(jpeg)
    if ('code' in read) {
      log.info('image_refused', { cause: read.code })
      return read
    }
    const keep = agent.images?.keep === true
    imageRows.save({ item: id, call, told: false, jpeg: keep ? jpeg : null })
    this.#held.set(id, jpeg)
    this.#untold.add(id)
    return { image: { ...read, ...(keep ? { kept: true } : {}) } }
  }

  /** Shows it on a line that is open. What it costs is counted first. @param lease that pays */
  show(id: string, { line }: Carrier, lease: string): void {
    const { store, provider, meter } = this.#ports
    const item = store.item(id)
    const jpeg = this.#held.get(id)
    if (!item || jpeg === undefined) return
    meter.record(lease, { type: 'placed', item: { ...item, images: 1 }, after: undefined })
    this.#sent.add(id)
    line.send(provider.seed({ ...item, jpeg }))
  }

  /** The history that a conversation of the provider begins with. */
  seeds(budgetTokens: number): ToldItem[] {
    const { store } = this.#ports
    const seeds = chooseSeeds(store.newestFirst(), budgetTokens, (item) => this.#jpegOf(item))
    for (const { id, jpeg } of seeds) if (jpeg) this.#sent.add(id)
    return seeds
  }

  /**
   * The whole history is in: what was not part of it never will be. On another line to the same call what was sent on the one
   * before is asked for: it may not have arrived.
   */
  ready({ line }: Carrier, isResumed: boolean): void {
    for (const id of this.#untold) {
      if (!this.#sent.has(id)) this.#lose(id)
      else if (isResumed) line.send(this.#ports.provider.retrieve(id))
    }
  }

  hear(event: CallEvent): void {
    if ((event.type === 'placed' || event.type === 'finished') && this.#untold.has(event.item.id)) {
      this.#confirm(event.item.id)
    } else if (event.type === 'refused' && this.#untold.has(event.ref ?? '')) this.#lose(event.ref ?? '')
    else if (event.type === 'answer_ended' && (event.outcome === 'completed' || event.outcome === 'incomplete')) {
      for (const id of this.#held.keys()) if (!this.#untold.has(id)) this.#held.delete(id)
    }
  }

  /** After a restart nothing is in memory: what was not kept and not told is lost. */
  recover(): void {
    for (const { item, kept } of this.#ports.imageRows.untold()) {
      if (kept) this.#untold.add(item)
      else this.#lose(item)
    }
  }

  /** Everything was erased. */
  forget(): void {
    for (const memory of [this.#held, this.#sent, this.#untold]) memory.clear()
  }

  #tooMany(allowed: SessionRow['agent']['images'], call: string | null): Refusal | null {
    if (!allowed) return refused('this agent takes no pictures')
    const count = this.#ports.imageRows.count(call)
    const reached =
      (count.session >= allowed.maxPerSession && 'in this conversation') ||
      (count.call >= allowed.maxPerCall && 'in this call') ||
      (this.#held.size >= MAX_WAITING && 'until one of them is answered')
    return reached ? { code: 'too_many_images', detail: `no more ${reached}` } : null
  }

  #jpegOf({ id, image, status }: Item): string | null {
    if (status === 'failed') return null
    return this.#held.get(id) ?? (image?.kept ? this.#ports.imageRows.jpeg(id) : null)
  }

  #confirm(id: string): void {
    // Its place was taken by words: it did not fit into the history, or is not here any more.
    if (!this.#sent.delete(id)) return this.#lose(id)
    this.#untold.delete(id)
    this.#ports.imageRows.saveTold(id)
  }

  /** The assistant will never see it: the thread says so, and so does the history of what comes next. */
  #lose(id: string): void {
    const { store, imageRows, send, log } = this.#ports
    this.#held.delete(id)
    this.#sent.delete(id)
    this.#untold.delete(id)
    imageRows.delete(id)
    const stored = store.item(id)
    if (!stored?.image) return
    log.info('image_lost')
    const { width, height } = stored.image
    const item: Item = { ...stored, status: 'failed', image: { width, height } }
    send({ type: 'update', seq: store.saveItem(item), item })
  }
}

const FLAWS: Readonly<Record<JpegFlaw, string>> = {
  not_jpeg: 'it is no JPEG',
  broken: 'the JPEG is not complete',
  metadata: 'the JPEG has metadata',
}

/** The page is not believed. */
function sizeOf(base64: string): { width: number; height: number } | Refusal {
  const bytes = decoded(base64)
  if (!bytes) return refused('it is not base64')
  if (bytes.length > MAX_IMAGE_BYTES) return refused(`at most ${MAX_IMAGE_BYTES} bytes`)
  const read = readJpeg(bytes)
  if (typeof read === 'string') return refused(FLAWS[read])
  return Math.max(read.width, read.height) > MAX_IMAGE_SIDE ? refused(`at most ${MAX_IMAGE_SIDE} px`) : read
}

function refused(detail: string): Refusal {
  return { code: 'image_refused', detail }
}

function decoded(base64: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(base64)
  } catch {
    return null
  }
}
