/**
 * How fast a conversation is written down: `npm run bench:append`, beside a partyserver room that keeps each message in SQL
 * and acknowledges it. Typed text one at a time (a widget may send 30 frames a second, so both are paced below that), and
 * what a visitor says, as fast as it comes.
 */
import { newId } from '../protocol/ids.ts'
import { type BenchSession, BrokerClient, type EventSocket } from './lib/broker.ts'
import { withPrograms } from './lib/programs.ts'
import { heading, ms, table, times } from './lib/report.ts'
import { Room } from './lib/room.ts'
import { speakAndRecord } from './lib/speech.ts'
import { median, percentile } from './lib/stats.ts'

const long = process.argv.includes('--long')
const TYPED = long ? 1000 : 300
const BURSTS = long ? 20 : 6
const BURST = 300
/** Between two frames of one widget (ms). */
const PACE_MS = 40
const TEXT = 'Is there a room with a view of the harbour for two nights, and is breakfast included? We come by train.'

await withPrograms(async (programs) => {
  const upstream = await programs.upstream()
  const parley = new BrokerClient((await programs.parley()).url)
  const room = await Room.open((await programs.worker('party', { objects: { ROOMS: 'Room' } })).url)
  heading('bench:append')

  const typing = await parley.createSession()
  const typist = await parley.connect(typing)
  const latencies = { partyserver: [] as number[], parley: [] as number[] }
  for (let n = 0; n < TYPED + 10; n++) {
    const begun = performance.now()
    const theirs = await timed(() => room.say(newId('txt_'), TEXT))
    const ours = await timed(() => type(typist, newId('txt_')))
    if (n >= 10) {
      latencies.partyserver.push(theirs)
      latencies.parley.push(ours)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, PACE_MS - (performance.now() - begun))))
  }

  const speaking: BenchSession = await parley.createSessionWithCall()
  const listener = await parley.connect(speaking)
  await listener.ready(speaking)
  const costs = { partyserver: [] as number[], parley: [] as number[] }
  for (let burst = 0; burst < BURSTS + 1; burst++) {
    const theirs = await timed(() => room.sayAll(BURST, TEXT))
    const ours = await timed(() => speakAndRecord(upstream, listener, speaking, burst * BURST, BURST))
    if (burst > 0) {
      costs.partyserver.push(theirs / BURST)
      costs.parley.push(ours / BURST)
    }
  }

  const ways = [
    ['partyserver', latencies.partyserver, costs.partyserver],
    ['Parley', latencies.parley, costs.parley],
  ] as const
  table(
    ['way', 'n', 'one typed: p50', 'p95', '× partyserver', `items/s in bursts of ${BURST}`, 'time for one ×'],
    ways.map(([name, typed, cost]) => [
      ...[
        name,
        String(typed.length),
        ms(median(typed)),
        ms(percentile(typed, 0.95)),
        times(typed, latencies.partyserver),
      ],
      ...[(1000 / median(cost)).toFixed(0), times(cost, costs.partyserver)],
    ]),
  )
  await parley.erase(typing)
  await parley.erase(speaking)
})

/** Both frames that say it is stored: the acknowledgement and the item. */
async function type(widget: EventSocket, id: string): Promise<void> {
  widget.send({ type: 'text', id, text: TEXT })
  let frames = 0
  await widget.next('text', (frame) => {
    if ((frame.type === 'ack' && frame.id === id) || (frame.type === 'update' && frame.item.id === id)) frames += 1
    return frames === 2
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
