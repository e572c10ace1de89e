/** Defences that see to it that there is one call at a time, and none that nobody is in. */
import { type Defence, SOME, session } from './defence.ts'

export const CALL_DEFENCES: readonly Defence[] = [
  {
    name: 'fence',
    why: 'an answer that belongs to an older call is hung up and never taken up',
    changes: [
      {
        file: session('calls'),
        find: "if (call?.state === 'opening' && isWanted) {",
        replace: 'if (call) {',
      },
    ],
    red: { cell: 'two creates at once × resuming', promise: 2, seeds: SOME },
  },
  {
    name: 'hang-up before the newer call',
    why: 'the older call is hung up before the newer one is asked for',
    changes: [
      {
        file: session('calls'),
        find: "const ending = older.map((one) => this.end(one, one.id === dropped ? 'dropped' : 'superseded'))",
        replace: 'const ending: Promise<void>[] = []',
      },
    ],
    red: { cell: 'clock skew × resuming', promise: 2, seeds: SOME },
  },
  {
    name: 'end of the overlap',
    why: 'a second call that does not take over is hung up before 10 s are over',
    changes: [
      {
        file: session('rollover'),
        find: "const stopTimer = this.#ports.clock.after(OVERLAP_MS, () => this.#giveUp('no_pause'))",
        replace: 'const stopTimer = () => {}',
      },
      {
        file: session('watchdog'),
        find: 'const giveUpSuccessor = now >= overlapEnd',
        replace: 'const giveUpSuccessor = false',
      },
    ],
    red: { cell: 'lost event × rolling over', promise: 2, seeds: [7, ...SOME] },
  },
  {
    name: 'hang-up retry',
    why: 'a hang-up that the provider did not confirm is sent again',
    changes: [
      {
        file: session('caretaker'),
        find: 'if (orders.retryHangUps) await calls.retryHangUps()',
        replace: '',
      },
      {
        file: session('calls'),
        find: '[...ending, ...store.endingCalls().map((one) => this.#hangUp(one))]',
        replace: '[...ending]',
      },
    ],
    red: { cell: 'upstream 500 × ending', promise: 5, seeds: [1] },
  },
  {
    name: 'watchdog lease',
    why: 'a call whose widget is not heard of any more is hung up',
    changes: [
      {
        file: session('watchdog'),
        find: "return deadline !== undefined && now >= deadline ? 'widget_gone' : undefined",
        replace: 'return undefined',
      },
    ],
    red: { cell: 'object aborted × live', promise: 5, seeds: [1] },
  },
  {
    name: 'call alarm',
    why: 'the watchdog is armed with each call, so that a crash does not orphan it',
    changes: [
      {
        file: session('call-requests'),
        find: 'if (isWritten) await watchBy(clock.now() + WATCH_EVERY_MS)',
        replace: '',
      },
      {
        file: session('call-requests'),
        find: `store.writeHeld()
    await watchBy(clock.now() + WATCH_EVERY_MS)`,
        replace: 'store.writeHeld()',
      },
      {
        file: session('call-requests'),
        find: 'const watched = watchBy(clock.now() + WATCH_EVERY_MS) // along with the row',
        replace: 'const watched = Promise.resolve()',
      },
      {
        file: session('session'),
        find: 'if (this.#reception.closed(socket)) await this.alarm()',
        replace: 'this.#reception.closed(socket)',
      },
    ],
    red: { cell: 'SIGKILL × live', promise: 5, seeds: SOME },
  },
]
