/**
 * After the fault: everything works again, and what a widget and a person would do is done. Then the person leaves, and a
 * minute goes by. What was seen is handed to promises.ts.
 */
import { UNDER_WAY_MS } from './journal.ts'
import { pause } from './pause.ts'
import type { Evidence } from './promises.ts'
import type { Scene } from './scene.ts'
import type { Note } from './trail.ts'

/** So often the person tries to be heard, each time after waiting as long as the broker's slowest timeout. */
const ROUNDS = 6
const SLOWEST_TIMEOUT_MS = 13_000

/** Nothing is broken any more. */
export async function heal(scene: Scene): Promise<void> {
  await scene.fault('clear')
  await scene.arena.control('all', '-', 'break')
  await scene.arena.control('all', '-', 'skew')
  for (const visitor of scene.visitors) visitor.doubling = false
}

/** The conversation goes on: a call that is ready, words that are answered. False when it does not. */
async function goesOn(scene: Scene): Promise<boolean> {
  if (!scene.lead.session) return false
  await scene.tellSession('break')
  await scene.arena.control('ledger', scene.agent, 'break')
  await scene.arena.control('visitors', scene.agent, 'break')
  const words = scene.words('are you still there')
  let typed = false
  for (let round = 0; round < ROUNDS; round++) {
    await scene.lead.connect()
    await scene.soon(() => scene.lead.connected, 1_000)
    // What a page has put into a call could come back as history in the next one.
    if (round === 0 && scene.forged.length > 0) await scene.lead.open()
    // "Continue": only when there is no call, or the widget was told that it has ended.
    if (scene.lead.call === null || scene.hasEnded()) await scene.lead.open()
    if (await scene.soon(scene.isReady, 900)) {
      if (!typed) scene.lead.type(words)
      typed = true
      if (await scene.soon(() => scene.isAnswered(words), 1_200)) return true
    }
    scene.lead.ping()
    scene.lead.repeatUnacknowledged()
    await scene.pass(SLOWEST_TIMEOUT_MS)
  }
  return false
}

/** Everybody goes, politely or not, and a minute passes (promise 5). */
async function everybodyLeaves(scene: Scene): Promise<void> {
  const how = scene.chance.pick(['goodbye', 'cut', 'silent'] as const)
  for (const visitor of scene.visitors) visitor.leave(visitor === scene.lead ? how : 'cut')
  if (how !== 'silent')
    await scene.soon(async () => (await scene.tellSession<number | null>('next-alarm')) !== null, 300)
  await scene.pass(60_000)
  await scene.soon(async () => (await ofThis(scene, await scene.arena.upstream.calls())).length === 0, 400)
}

/** Calls that were opened in this scene. */
async function ofThis<T extends { id: string }>(scene: Scene, calls: T[]): Promise<T[]> {
  const opened = new Set((await scene.journal()).flatMap(({ state, call }) => (state === 'opened' ? [call] : [])))
  return calls.filter(({ id }) => opened.has(id))
}

export async function settle(scene: Scene): Promise<Evidence> {
  await heal(scene)
  const answered = await goesOn(scene)
  // So that the last answer has surely been read, see journal.ts.
  await pause(UNDER_WAY_MS + 20)
  const atProvider = scene.lead.session ? await ofThis(scene, await scene.arena.upstream.conversations()) : []
  if (scene.lead.session) await everybodyLeaves(scene)
  const { visitors, forged, crashes, unanswered } = scene
  return {
    answered,
    visitors: visitors.map(({ log }) => log),
    transcript: scene.lead.session ? await scene.lead.transcript() : [],
    journal: await scene.journal(),
    calls: scene.lead.session ? (await scene.rows()).calls : [],
    ledger: await scene.ledger(),
    stillLive: (await scene.arena.upstream.calls()).map(({ id }) => id),
    atProvider,
    brokerLog: scene.arena.workerd.log.map(({ what }) => what),
    letGoAt: letGoAt(scene.arena.workerd.log),
    forged,
    crashes,
    unanswered,
  }
}

function letGoAt(log: readonly Note[]): Map<string, number> {
  const names = new Map<string, string>()
  const at = new Map<string, number>()
  for (const { t, what } of log) {
    const call = /"call":"(call_\w+)"/.exec(what)?.[1] ?? ''
    const ref = /"code":"call_opened".*"ref":"(rtc_\w+)"/.exec(what)?.[1]
    if (ref) names.set(call, ref)
    if (what.includes('"code":"call_ended"')) at.set(names.get(call) ?? '', t)
  }
  return at
}
