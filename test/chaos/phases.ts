/**
 * Where a conversation can be when a fault strikes. `prepare` leads there; `act` is what goes on while it strikes. Neither
 * insists on success: that things are well again in the end is what settle.ts sees to.
 */

import { TOOL } from './constants.ts'
import { pause, until } from './pause.ts'
import { toolRuns } from './promises-tools.ts'
import type { Scene } from './scene.ts'

export interface Phase {
  readonly name: string
  prepare(scene: Scene): Promise<void>
  act(scene: Scene): Promise<void>
}

/** So long (ms) things that work take at most on a busy machine. */
const PATIENCE_MS = 10_000

/** A session with a call, in one request unless the session is there already. */
async function start(scene: Scene): Promise<void> {
  if (scene.lead.session === '') await scene.lead.start(true)
  else await scene.lead.open()
  await scene.lead.connect()
}

async function beginCall(scene: Scene): Promise<void> {
  await start(scene)
  await until(scene.isReady, 'the first call to be ready', PATIENCE_MS)
}

async function haveHistory(scene: Scene, turns: number): Promise<void> {
  await beginCall(scene)
  for (let turn = 0; turn < turns; turn++) {
    const words = scene.words('we talk about')
    scene.lead.type(words)
    await until(() => scene.isAnswered(words), 'an answer before anything is broken', PATIENCE_MS)
  }
}

const starting: Phase = {
  name: 'starting',
  prepare: async () => {},
  async act(scene) {
    await start(scene)
    await scene.soon(scene.isReady, 900)
    await scene.converse(scene.words('good morning'), 700)
  },
}

const live: Phase = {
  name: 'live',
  prepare: (scene) => haveHistory(scene, 1),
  async act(scene) {
    await scene.converse(scene.words('how about'), 700)
    await scene.converse(scene.words('and then'), 700)
  },
}

/** An answer is being made and played. */
const answering: Phase = {
  name: 'answering',
  async prepare(scene) {
    await haveHistory(scene, 1)
    const deltas = () => scene.lead.log.sockets.flatMap(({ frames }) => frames.filter(({ type }) => type === 'delta'))
    const before = deltas().length
    scene.lead.type(`${scene.words('please')} tell me a long story`)
    await until(() => deltas().length > before + 2, 'the beginning of the story', PATIENCE_MS)
  },
  async act(scene) {
    // The story is heard to its end, or somebody cuts in.
    if (scene.chance.int(2) === 0) await scene.soon(() => scene.isAnswered('brightest light'), 1_500)
    await scene.converse(scene.words('after the story'), 700)
  },
}

const resuming: Phase = {
  name: 'resuming',
  async prepare(scene) {
    await haveHistory(scene, 2)
    // The page has lost its connection. To the provider the call lives, or is gone as well.
    if (scene.chance.int(3) > 0) return
    await scene.fault('drop_call')
    await until(scene.hasEnded, 'the end of the first call', PATIENCE_MS)
  },
  async act(scene) {
    await scene.lead.open()
    await scene.lead.connect()
    await scene.soon(scene.isReady, 900)
    await scene.converse(scene.words('here I am again'), 700)
  },
}

const ending: Phase = {
  name: 'ending',
  prepare: (scene) => haveHistory(scene, 1),
  async act(scene) {
    const words = scene.words('just before I go')
    const id = scene.lead.type(words)
    await scene.soon(() => scene.lead.acknowledged(id), 700)
    await pause(10 + scene.chance.int(30))
    await scene.lead.hangUp()
    await scene.soon(() => scene.isAnswered(words), 400)
  },
}

/** The provider's longest duration is near: the broker asks for a second call, which takes over. */
const rollingOver: Phase = {
  name: 'rolling over',
  prepare: (scene) => haveHistory(scene, 1),
  async act(scene) {
    const before = scene.lead.call
    await scene.untilRollover()
    await scene.soon(() => scene.lead.call !== before, 900)
    await scene.converse(scene.words('still the same talk'), 700)
    await scene.converse(scene.words('to the end'), 700)
  },
}

/** Where WebRTC is not to be had: a call by WebSocket, and after it another one. */
const onTheRelay: Phase = {
  name: 'on the relay',
  async prepare(scene) {
    scene.lead.way = 'relay'
    await haveHistory(scene, 1)
  },
  async act(scene) {
    await scene.converse(scene.words('over the relay'), 700)
    await scene.lead.open()
    await scene.lead.connect()
    await scene.soon(scene.isReady, 900)
    await scene.converse(scene.words('over another one'), 700)
  },
}

function askForTool(scene: Scene): void {
  scene.lead.type(`${scene.words('about that')} please call the tool ${TOOL}`)
}

/** The assistant has called a tool, and waits for what comes of it. */
const toolRunning: Phase = {
  name: 'tool running',
  async prepare(scene) {
    await haveHistory(scene, 1)
    const runs = () => toolRuns(scene.arena.workerd.log.map(({ what }) => what)).length
    const before = runs()
    askForTool(scene)
    await until(() => runs() > before, 'the tool to be run', PATIENCE_MS)
  },
  async act(scene) {
    // The visitor waits for it, or goes on talking.
    if (scene.chance.int(2) === 0) await scene.soon(() => scene.isAnswered('seven'), 1_500)
    await scene.converse(scene.words('after the tool'), 700)
    const before = scene.lead.items.size
    askForTool(scene)
    await scene.soon(() => [...scene.lead.items.values()].slice(before).some(({ text }) => text.includes('seven')), 900)
  },
}

export const PHASES: readonly Phase[] = [
  ...[starting, live, answering, resuming, ending, rollingOver, onTheRelay],
  toolRunning,
]

/** In these a call is opened. */
export const OPENING: ReadonlySet<string> = new Set([starting, resuming, rollingOver].map(({ name }) => name))
