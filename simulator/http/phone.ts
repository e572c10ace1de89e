/** Telephone calls: what the API offers to answer them (realtime-api.md 3), and the caller's side on the simulator's own routes. */
import type { Dialling, PhoneBook } from '../calls/phone-book.ts'
import type { PhoneCall } from '../calls/phone-call.ts'
import type { Credentials } from '../credentials.ts'
import type { Voice } from '../engines.ts'
import { SAMPLE_RATE } from '../media/pcm.ts'
import { integer, list, number, oneOf, shape, text } from '../realtime/checks.ts'
import { newConfig } from '../realtime/session-config.ts'
import { checkSession } from '../realtime/session-fields.ts'
import { invalidValue, missingParameter, Refusal } from '../refusal.ts'
import { resample } from '../speech/resample.ts'
import { readWav, writeWav } from '../speech/wav.ts'
import { SIGNINGS } from '../webhook.ts'
import { type Answer, type Ask, readJson } from './exchange.ts'
import { projectKeyOnly } from './keys.ts'

const DECLINE = 603

/** The session as for a client secret; 200 and an empty body. */
export async function acceptCall(ask: Ask, credentials: Credentials, book: PhoneBook): Promise<Answer> {
  const call = findCall(ask, credentials, book)
  const session = await readJson(ask)
  ask.note({ session })
  call.accept(newConfig(checkSession(session, '')))
  return { status: 200 }
}

const rejection = shape({ status_code: integer() })

export async function rejectCall(ask: Ask, credentials: Credentials, book: PhoneBook): Promise<Answer> {
  const call = findCall(ask, credentials, book)
  const { status_code = DECLINE } = rejection(await readJson(ask), '')
  ask.note({ status_code })
  call.reject(status_code)
  return { status: 200 }
}

const referral = shape({ target_uri: text() }, ['target_uri'])

export async function referCall(ask: Ask, credentials: Credentials, book: PhoneBook): Promise<Answer> {
  const call = findCall(ask, credentials, book)
  const { target_uri } = referral(await readJson(ask), '')
  ask.note({ target_uri })
  if (!/^(tel|sips?):/.test(target_uri)) throw invalidValue('target_uri', target_uri, ['tel:…', 'sip:…'])
  call.refer(target_uri)
  return { status: 200 }
}

function findCall(ask: Ask, credentials: Credentials, book: PhoneBook): PhoneCall {
  projectKeyOnly(credentials.checkIn(ask.headers))
  const id = ask.params[0] ?? ''
  ask.note({ call: id })
  return book.find(id)
}

const dialling = shape(
  {
    ...{ url: text(), secret: text(), from: text(), to: text() },
    headers: list(shape({ name: text(), value: text() }, ['name', 'value'])),
    signing: oneOf(...SIGNINGS),
    ring_seconds: number(0.1, 300),
  },
  ['secret'],
)

/** Somebody calls `to`. */
export async function dial(ask: Ask, book: PhoneBook): Promise<Answer> {
  const asked = dialling(await readJson(ask), '')
  const { url = null, secret, from, to, headers = [], signing = 'good', ring_seconds = 30 } = asked
  ask.note({ phone: 'dial' })
  const numbers = [
    ...(from === undefined ? [] : [{ name: 'From', value: `<sip:${from}@carrier.example>;tag=1` }]),
    ...(to === undefined ? [] : [{ name: 'To', value: `<sip:${to}@sip.api.openai.com>` }]),
  ]
  const all: Dialling['headers'] = [...numbers, ...headers]
  const { call, told } = await book.dial({ url, secret, headers: all, signing, ringMs: ring_seconds * 1000 })
  return { status: 200, body: { ...shown(call), ...told } }
}

const act = shape(
  {
    do: oneOf('say', 'play', 'press', 'hang_up', 'vanish', 'deliver'),
    ...{ text: text(), wav: text(), keys: text(), signing: oneOf(...SIGNINGS) },
  },
  ['do'],
)

/** What the caller does. */
export async function actOnPhone(ask: Ask, book: PhoneBook, voice: () => Promise<Voice>): Promise<Answer> {
  const call = book.find(ask.params[0] ?? '')
  const wish = act(await readJson(ask), '')
  ask.note({ call: call.id, phone: wish.do })
  switch (wish.do) {
    case 'say':
      call.say((await (await voice()).speak(required(wish.text, 'text'))).pcm)
      break
    case 'play':
      call.say(readSpeech(required(wish.wav, 'wav')))
      break
    case 'press':
      call.press(readKeys(required(wish.keys, 'keys')))
      break
    case 'hang_up':
      call.hangUp()
      break
    case 'vanish':
      call.vanish()
      break
    case 'deliver':
      return { status: 200, body: { ...shown(call), ...(await book.again(call.id, wish.signing)) } }
  }
  return { status: 200, body: shown(call) }
}

export function showPhone(ask: Ask, book: PhoneBook): Answer {
  return { status: 200, body: shown(book.find(ask.params[0] ?? '')) }
}

/** What the caller has heard so far, as a WAV file of 24 kHz. */
export function showHeard(ask: Ask, book: PhoneBook): Answer {
  const pcm = book.find(ask.params[0] ?? '').heard()
  return { status: 200, headers: { 'Content-Type': 'audio/wav' }, body: writeWav({ rate: SAMPLE_RATE, pcm }) }
}

function shown({ id, state, sipStatus, endReason, referredTo, saying, hearing }: PhoneCall) {
  return { call: id, state, sip_status: sipStatus, end_reason: endReason, referred_to: referredTo, saying, hearing }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw missingParameter(name)
  return value
}

function readKeys(keys: string): string {
  if (!/^[0-9*#A-D]{1,64}$/.test(keys)) throw invalidValue('keys', keys, ['0…9', '*', '#', 'A…D'])
  return keys
}

/** @param wav base64 */
function readSpeech(wav: string): Int16Array {
  try {
    const { rate, pcm } = readWav(Buffer.from(wav, 'base64'))
    return resample(pcm, rate, SAMPLE_RATE)
  } catch (error) {
    throw new Refusal('invalid_value', error instanceof Error ? error.message : 'Not a WAV file.', 'wav')
  }
}
