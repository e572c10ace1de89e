/** What goes wrong with ourselves: objects and processes that die, storage and alarms that fail. */
import type { Fault } from './faults.ts'
import { pause, until } from './pause.ts'
import type { Scene } from './scene.ts'

/** Some moment while the phase acts: at once, or when the provider was asked for something, and a little later. */
async function someMoment(scene: Scene): Promise<void> {
  const from = (await scene.journal()).length
  if (scene.chance.int(3) > 0) await scene.soon(async () => (await scene.journal()).length > from, 400)
  await pause(scene.chance.int(25))
}

const aborted: Fault = {
  name: 'object aborted',
  async strike(scene, phase) {
    await someMoment(scene)
    await scene.inTurn(async () => {
      scene.crashes.push(Date.now())
      // The fresh session's id is not known before the start was answered: then everybody is hit.
      if (phase === 'starting') await scene.arena.control('all', '-', 'abort')
      else await scene.tellSession('abort')
    })
  },
  struck: (scene) => scene.crashes.length > 0,
}

/**
 * Taken out of memory while its event sockets stay open. The runtime does that only to an object without a socket to the
 * provider: before the call, between two, or after it.
 */
const evicted: Fault = {
  name: 'evicted',
  async before(scene, phase) {
    if (phase === 'resuming' || phase === 'ending') return
    await scene.lead.start(false)
    await scene.lead.connect()
    await until(() => scene.lead.connected, 'the event socket', 5_000)
    await evict(scene)
  },
  async arm(scene, phase) {
    if (phase !== 'resuming') return
    await scene.fault('drop_call')
    await until(scene.hasEnded, 'the end of the call', 5_000)
    await evict(scene)
  },
  async strike(scene, phase) {
    if (phase !== 'ending') return
    await scene.soon(() => scene.lead.call === null, 2_000)
    await scene.soon(async () => (await scene.arena.upstream.calls()).length === 0, 100)
    await scene.fault('end_call')
    await evict(scene)
  },
  struck: (scene) => scene.evicted,
}

async function evict(scene: Scene): Promise<void> {
  await scene.tellSession('evict')
  scene.evicted = true
}

const killed: Fault = {
  name: 'SIGKILL',
  async strike(scene) {
    await someMoment(scene)
    await scene.inTurn(async () => {
      scene.crashes.push(Date.now())
      scene.unanswered = true
      await scene.arena.workerd.crash(scene.lead.session ? await scene.tellSession<number>('offset') : 0)
    })
  },
  struck: (scene) => scene.crashes.length > 0,
}

const strikes = async (scene: Scene) =>
  (await scene.tellSession<number>('break')) +
  (await scene.arena.control<number>('ledger', scene.agent, 'break')) +
  (await scene.arena.control<number>('visitors', scene.agent, 'break'))

const fullDisk: Fault = {
  name: 'storage write failing',
  async arm(scene, phase) {
    const fail = 1 + scene.chance.int(2)
    if (phase !== 'starting') return scene.tellSession('break', { fail, skip: scene.chance.int(3) }).then(() => {})
    const where = scene.chance.pick(['session', 'ledger', 'visitors'] as const)
    if (where === 'session') await scene.arena.control('all', '-', 'break', { fail, skip: scene.chance.int(4) })
    else await scene.arena.control(where, scene.agent, 'break', { fail })
  },
  // A session that never came to be takes its count of strikes along; the visitor was then told so.
  struck: async (scene) => (await strikes(scene)) > 0 || scene.lead.log.exchanges.some(({ status }) => status === 500),
}

const deafAlarm: Fault = {
  name: 'alarm throwing',
  async arm(scene, phase) {
    const times = 1 + scene.chance.int(2)
    if (phase === 'starting') await scene.arena.control('all', '-', 'break', { times })
    else await scene.tellSession('break', { times })
  },
  async strike(scene, phase) {
    if (phase === 'starting') await scene.soon(() => scene.lead.session !== '', 900)
    if (scene.lead.session) await scene.pass(31_000)
  },
  struck: async (scene) => (await strikes(scene)) > 0,
}

export const CRASHES: readonly Fault[] = [aborted, evicted, killed, fullDisk, deafAlarm]
