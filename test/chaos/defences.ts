/**
 * The broker's defences, each with what takes it out of a test build (production code has no switches), and the cells that
 * must turn red without it. A defence whose absence nobody notices is either not needed or not tested.
 */
import type { Change } from './bundle.ts'

export interface Defence {
  readonly name: string
  /** What it is for. */
  readonly why: string
  readonly changes: readonly Change[]
  /** At least one seed of this cell breaks this promise without it. */
  readonly red: { readonly cell: string; readonly promise: number; readonly seeds: readonly number[] }
}

const session = (file: string) => `worker/session/${file}.ts`

/** Where chance decides whether the fault meets the defence: one of these seeds does. */
const SOME = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

export const DEFENCES: readonly Defence[] = [
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
        find: "const ending = older ? [this.end(older, older.id === dropped ? 'dropped' : 'superseded')] : []",
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
        find: `    this.#store.saveSession({ ...session, widgetGoneAt: this.#clock.now() })
    await this.alarm()`,
        replace: '    this.#store.saveSession({ ...session, widgetGoneAt: this.#clock.now() })',
      },
    ],
    red: { cell: 'SIGKILL × live', promise: 5, seeds: SOME },
  },
  {
    name: 'taking up after a restart',
    why: 'an object that was restarted takes its live call up again',
    changes: [
      {
        file: session('session'),
        find: '    else ctx.waitUntil(this.#caretaker.resumeAfterRestart())',
        replace: '    else this.#conversation.closeUnfinished()',
      },
      { file: session('caretaker'), find: 'else if (orders.attach)', replace: 'else if (false)' },
    ],
    red: { cell: 'object aborted × live', promise: 9, seeds: [1] },
  },
  {
    name: 'dedupe of typed text',
    why: 'a text that is sent twice is one item',
    changes: [{ file: session('recorder'), find: 'if (this.#store.item(id)) return false', replace: '' }],
    red: { cell: 'duplicate event × live', promise: 1, seeds: [1] },
  },
  {
    name: 'dedupe of events',
    why: 'an item that is told of twice keeps its place and its words',
    changes: [{ file: session('recorder'), find: 'if (this.#store.item(placed.id)) return', replace: '' }],
    red: { cell: 'duplicate event × resuming', promise: 1, seeds: [1] },
  },
  {
    name: 'dedupe of usage',
    why: 'an answer that is billed twice is charged once',
    changes: [
      {
        file: session('account'),
        find: ": Extract<CallEvent, { type: 'answer_ended' }>, now: number): void {\n    if (this.#counted.has(",
        replace:
          ": Extract<CallEvent, { type: 'answer_ended' }>, now: number): void {\n    if ('' && this.#counted.has(",
      },
    ],
    red: { cell: 'duplicate event × live', promise: 4, seeds: [1] },
  },
  {
    name: 'idempotency of starts',
    why: 'the same start sent twice makes one session',
    changes: [
      {
        file: 'worker/admission/visits.ts',
        find: 'const earlier = attempt ? this.#start(attempt.key) : null',
        replace: 'const earlier = null',
      },
    ],
    red: { cell: 'two creates at once × starting', promise: 6, seeds: [1] },
  },
  {
    name: 'idempotency of calls',
    why: 'the same call request sent twice makes one call',
    changes: [
      {
        file: session('replies'),
        find: 'find((claim) => claim.key === key)',
        replace: 'find(() => false)',
      },
      {
        file: session('replies'),
        find: `if (!row) {
      this.#claims.set(call`,
        replace: `if (!row || row) {
      this.#claims.set(call`,
      },
    ],
    red: { cell: 'duplicate event × resuming', promise: 6, seeds: [1] },
  },
  {
    name: 'nonce',
    why: 'an answer that nobody of ours asked for ends the call and is not history',
    changes: [
      {
        file: session('tamper'),
        find: "return this.#suspect('answer', response)",
        replace: 'return PASS',
      },
    ],
    red: { cell: 'hostile page × live', promise: 7, seeds: SOME },
  },
  {
    name: 'no history of the page',
    why: 'what a page has put into a call is kept as evidence and never replayed',
    changes: [{ file: session('restore'), find: "if (item.source === 'client') return false", replace: '' }],
    red: { cell: 'hostile page × live', promise: 7, seeds: SOME },
  },
  {
    name: 'reserve before upstream',
    why: 'no call is asked for before the ledger has granted the money',
    changes: [
      {
        file: 'worker/http/sessions.ts',
        find: 'const held = await money.held()',
        replace: `const held = 0
  void money.held().catch(() => {})`,
      },
    ],
    red: { cell: 'storage write failing × starting', promise: 4, seeds: SOME },
  },
  {
    name: 'lost spending counts',
    why: 'what a call has spent before a crash is charged although nobody knows it any more',
    changes: [{ file: session('meter'), find: 'lease.isLost = true', replace: 'lease.isLost = false' }],
    red: { cell: 'object aborted × live', promise: 4, seeds: SOME },
  },
  {
    name: 'put-in-gap retrieve',
    why: 'an item whose events were lost is asked for and put in its place',
    changes: [
      {
        file: session('gaps'),
        find: "return event.type === 'answer_ended' ? this.#miss(event.items, undefined) : []",
        replace: 'return []',
      },
      {
        file: session('gaps'),
        find: "if (event.type === 'placed' && event.after) return this.#miss([event.after], event.item.id)",
        replace: '',
      },
    ],
    red: { cell: 'upstream slow × live', promise: 1, seeds: SOME },
  },
  {
    name: 'acknowledge after storing',
    why: 'a text is acknowledged when it is stored, not when it was heard',
    changes: [
      {
        file: session('conversation'),
        find: `    const isNew = recorder.typed(id, text)
    send({ type: 'ack', id })`,
        replace: `    send({ type: 'ack', id })
    const isNew = recorder.typed(id, text)`,
      },
    ],
    red: { cell: 'storage write failing × live', promise: 1, seeds: SOME },
  },
  {
    name: 'seed order',
    why: 'history is brought in in the order of the conversation',
    changes: [{ file: session('restore'), find: 'withoutHalves(chosen.reverse())', replace: 'withoutHalves(chosen)' }],
    red: { cell: 'upstream slow × resuming', promise: 7, seeds: [1] },
  },
  {
    name: 'nothing stays in progress',
    why: 'what had been begun when a call ended is closed',
    changes: [
      {
        file: session('recorder'),
        find: 'for (const item of this.#store.unfinishedItems()) this.#breakOff(item)',
        replace: '',
      },
    ],
    red: { cell: 'two creates at once × answering', promise: 1, seeds: SOME },
  },
  {
    name: 'end of a lost answer',
    why: 'an answer whose end was lost does not silence the assistant',
    changes: [{ file: session('hearing'), find: ' || event.code === NOTHING_RUNS', replace: '' }],
    red: { cell: 'lost event × live', promise: 9, seeds: [101] },
  },
  {
    name: 'handshake timeout',
    why: 'a control socket that never opens is tried again',
    changes: [
      {
        file: 'worker/provider/transport.ts',
        find: 'const timer = setTimeout(() => giveUp.abort(), HANDSHAKE_TIMEOUT_MS)',
        replace: 'const timer = setTimeout(() => {}, HANDSHAKE_TIMEOUT_MS)',
      },
    ],
    red: { cell: 'upstream hang × live', promise: 9, seeds: [1] },
  },
  {
    name: 'superseded widgets are told',
    why: 'a widget with an older token learns that the conversation goes on elsewhere',
    changes: [{ file: session('session'), find: 'this.#sockets.supersede(session.value.tokenUsed)', replace: '' }],
    red: { cell: 'two creates at once × live', promise: 2, seeds: SOME },
  },
  {
    name: 'sealed errors',
    why: 'an error of ours is a problem with a code, never a stack',
    changes: [
      {
        file: 'worker/http/app.ts',
        find: '.onError((error, c) => answerProblem(error, c))',
        replace: '.onError((error, c) => c.text(String(error), 500))',
      },
    ],
    red: { cell: 'upstream 500 × starting', promise: 11, seeds: [1] },
  },
  {
    name: 'hang-up of what no session knows',
    why: 'a call that was made for a session that could not be stored is hung up at once',
    changes: [
      {
        file: 'worker/http/open-call.ts',
        find: "if (opened.handshake !== 'brokered') return",
        replace: 'return',
      },
    ],
    red: { cell: 'storage write failing × starting', promise: 6, seeds: SOME },
  },
  {
    name: 'doubt at the end of a call',
    why: 'an answer that nothing had explained when the call ended is not history',
    changes: [
      {
        file: session('guard'),
        find: 'for (const id of this.watch.unexplained()) this.#ports.recorder.disown(id)',
        replace: '',
      },
    ],
    red: { cell: 'hostile page × ending', promise: 7, seeds: SOME },
  },
]
