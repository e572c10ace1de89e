import { randomBytes } from 'node:crypto'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Long enough never to repeat, short enough for the 32 characters an item id may have (realtime-api.md 1.4). */
const LENGTH = 22

export type IdPrefix = 'sess_' | 'item_' | 'event_' | 'resp_' | 'call_' | 'conv_' | 'rtc_' | 'ek_' | 'evt_' | 'wh_'
export type NewId = (prefix: IdPrefix) => string

/** Makes ids. With a `seed` the same ids come in the same order, otherwise nobody can guess them. */
export function createIds(seed?: number): NewId {
  const next = seed === undefined ? unguessable : repeatable(seed)
  return (prefix) => {
    let id: string = prefix
    for (let i = 0; i < LENGTH; i++) id += LETTERS[next() % LETTERS.length]
    return id
  }
}

function unguessable(): number {
  return randomBytes(4).readUInt32LE()
}

/** xorshift32: enough for ids that only have to differ. */
function repeatable(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}
