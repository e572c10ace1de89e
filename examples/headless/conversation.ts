/**
 * A conversation without a face, against a script in place of a broker: how to test what you build on Parley.
 * Runs as it is in Node 20 and newer, after `npm install` of the package: `node conversation.ts`.
 */
import { createParley, type Parley } from 'parley/client'
import { scriptedBroker } from 'parley/testing'

const broker = scriptedBroker({
  greeting: 'Welcome.',
  turns: [{ hear: /breakfast/i, say: 'From seven to ten.' }, { say: (heard) => `You said: ${heard}` }],
})
const parley = createParley({ broker: broker.url, agent: 'concierge', transport: broker.transport })
const stop = parley.subscribe(() => console.log(parley.snapshot.state, parley.snapshot.items.at(-1)?.text ?? ''))
parley.onTool('page.light', (args) => ({ switched: args }))

await parley.start()
await until(() => said('Welcome.'))
await broker.visitorSays('When is breakfast?')
await until(() => said('From seven to ten.'))

broker.dropCall()
await until(() => parley.snapshot.state === 'reconnecting')
await until(() => parley.snapshot.state === 'live')
parley.send('Are you still there?')
await until(() => said('You said: Are you still there?'))
console.log('tool', JSON.stringify(await broker.callTool('page.light', { on: true })))

await parley.end()
console.log('ended', parley.snapshot.resumable, thread(parley).length)
stop()
parley.dispose()

function thread({ snapshot }: Parley): string[] {
  return snapshot.items.map(({ role, text }) => `${role}: ${text}`)
}

function said(text: string): boolean {
  return parley.snapshot.items.some((item) => item.text === text && item.status === 'completed')
}

/** Resolves when the conversation has come so far; looks again after each change. */
function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = parley.subscribe(look)
    look()
    function look() {
      if (!isSo()) return
      resolve()
      queueMicrotask(() => stop())
    }
  })
}
