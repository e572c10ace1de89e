/**
 * The broker's defences, each with what takes it out of a test build (production code has no switches), and the cells that
 * must turn red without it. A defence whose absence nobody notices is either not needed or not tested.
 */
import { type Defence, SOME, session } from './defence.ts'
import { CALL_DEFENCES } from './defences-calls.ts'
import { TOOL_DEFENCES } from './defences-tools.ts'

export const DEFENCES: readonly Defence[] = [
  ...CALL_DEFENCES,
  ...TOOL_DEFENCES,
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
        find: `    const isNew = recorder.typed(id, text, image)
    send({ type: 'ack', id })`,
        replace: `    send({ type: 'ack', id })
    const isNew = recorder.typed(id, text, image)`,
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
    changes: [
      {
        file: session('responder'),
        find: 'if (code === NOTHING_RUNS && this.#running) this.ended()',
        replace: '',
      },
    ],
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
    changes: [{ file: session('reception'), find: 'sockets.supersede(session.value.tokenUsed)', replace: '' }],
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
