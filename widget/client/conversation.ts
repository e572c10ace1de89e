/** The conversation without a face: which state it is in, and what leads from one to the other. */
import { computed } from '@preact/signals'
import { type EndReason, MAX_TEXT, type NoticeFrame } from '../../protocol/frames.ts'
import { openSound, type Sound } from '../audio/sound.ts'
import type { LostReason } from '../call/transport.ts'
import { browserPorts } from '../device/browser.ts'
import { within } from '../device/clock.ts'
import { watchLifecycle } from '../device/lifecycle.ts'
import type { Ports } from '../device/ports.ts'
import { createAttempts } from './attempts.ts'
import { BrokerError, createBroker } from './broker.ts'
import { type LiveCall, openCall } from './call.ts'
import { createFaces } from './faces.ts'
import { createFeed } from './feed.ts'
import { loadHistory } from './history.ts'
import { createKeeper } from './keeper.ts'
import { createMemory } from './memory.ts'
import { createPause } from './pause.ts'
import { createReconnectPolicy, RECONNECT_RULES } from './reconnect.ts'
import { createTabLock } from './tablock.ts'
import { createTalk } from './talk.ts'
import { createThread } from './thread.ts'
import { isPassing, isSessionGone, isSuperseded, needsText, trouble, troubleOf } from './trouble.ts'
import type { Conversation, ConversationOptions, ConversationState, Mode, Trouble } from './types.ts'
import { createView } from './view.ts'

/** Longest wait for the event socket of a text conversation (ms). */
const WELCOME_TIMEOUT_MS = 15_000
/** So many failures of the event socket in a row, and the reason is asked for by HTTP: a browser does not tell it. */
const FAILURES_BEFORE_PROBE = 2

export function createConversation(options: ConversationOptions, overrides: Partial<Ports> = {}): Conversation {
  const ports: Ports = { ...browserPorts(), ...overrides }
  const { clock } = ports
  const view = createView()
  const broker = createBroker(ports, options.broker)
  const keeper = createKeeper(broker, createMemory(ports.storage, options.broker, options.agent), options.agent)
  const faces = createFaces(broker, options.agent, view)
  const thread = createThread()
  const attempts = createAttempts()
  const policy = createReconnectPolicy(ports.random)
  const pause = createPause(clock, ports.page.navigator)
  const feed = createFeed({ ports, broker, keeper, thread, view }, { notice, down, welcome })
  const tabLock = createTabLock(ports, { token: () => keeper.link.value?.token ?? null, lost: superseded })
  const talk = createTalk(clock, (on) => feed.send({ type: 'talk', on }), openOrCloseMicrophone)
  let sound: Sound | null = null
  let call: LiveCall | null = null
  let stopLifecycle: (() => void) | null = null
  let cancelGiveUp = () => {}
  let goOnWhenRestored = false
  let disposed = false

  // Ways in and out

  async function start({ mode = 'voice', takeOver = false }: { mode?: Mode; takeOver?: boolean } = {}): Promise<void> {
    if (disposed || (isBusyWith(mode) && !takeOver)) return
    const from = view.state.value
    leaveCall()
    const signal = attempts.begin()
    stopLifecycle ??= watchLifecycle(ports.page, { pageHidden, pageRestored, awake })
    policy.reset()
    view.setTrouble(null)
    view.mode.value = mode
    if (isAtRest()) view.muted.value = false
    // Still inside the visitor's tap: nothing may be awaited before.
    if (mode === 'text') releaseSound()
    else if (!sound?.usable) renewSound()
    view.setState('connecting')
    try {
      if (!(await holdTab(takeOver))) return settle(from, trouble('in_other_tab'))
      signal.throwIfAborted()
      await goOrBeginAnew(signal, mode)
    } catch (error) {
      if (!signal.aborted) await startFailed(signal, from, error, takeOver)
    }
  }

  /** The session may have been erased since the page was left: then a new one takes its place. */
  async function goOrBeginAnew(signal: AbortSignal, mode: Mode): Promise<void> {
    try {
      await go(signal, mode)
    } catch (error) {
      const isErased = error instanceof BrokerError && error.code === 'session_not_found'
      if (signal.aborted || !isErased || !keeper.link.value) throw error
      forgetSession({ keepTyped: true })
      await go(signal, mode)
    }
  }

  async function go(signal: AbortSignal, mode: Mode): Promise<void> {
    if (mode === 'voice') await goVoice(signal)
    else await goText(signal)
    cancelGiveUp()
    view.setState('live')
  }

  async function goVoice(signal: AbortSignal): Promise<void> {
    if (!sound) throw new Error('Voice needs the sound that was opened in the tap')
    const parts = { ports, broker, keeper, feed, faces, sound }
    call = await openCall(signal, parts, { newSession, over: callOver })
    policy.live(clock.now())
    view.liveSince.value = clock.now()
    openOrCloseMicrophone()
  }

  async function goText(signal: AbortSignal): Promise<void> {
    if (await keeper.ensureSession(signal)) newSession()
    else if (!feed.up) await probe()
    signal.throwIfAborted()
    feed.open()
    const welcomed = feed.welcomed(signal)
    await within(clock, WELCOME_TIMEOUT_MS, welcomed, () => new BrokerError('broker_unreachable'))
  }

  async function startFailed(signal: AbortSignal, from: ConversationState, error: unknown, takeOver: boolean) {
    if (!needsText(error)) return settle(from, failed(error, takeOver))
    // No way to speak, so the conversation goes on in text by itself.
    releaseSound()
    view.mode.value = 'text'
    view.setTrouble(troubleOf(error))
    try {
      await goOrBeginAnew(signal, 'text')
    } catch (textError) {
      if (!signal.aborted) settle(from, failed(textError, takeOver))
    }
  }

  /** What to tell, and what a session that cannot be used any more means for the next start. */
  function failed(error: unknown, takeOver = false): Trouble {
    // Even the tab that had it could not hand over a token that is valid: only a new session helps.
    const isBeyondReach = takeOver && isSuperseded(error)
    if (isBeyondReach || isSessionGone(error)) keeper.forget()
    return isBeyondReach ? { ...troubleOf(error), ways: ['retry'] } : troubleOf(error)
  }

  /** A start came to nothing: back to where it began. */
  function settle(from: ConversationState, problem: Trouble): void {
    const isTextStillUp = from === 'live' && feed.up && problem.code !== 'superseded' && keeper.link.value !== null
    if (isTextStillUp) {
      attempts.cancel()
      releaseSound()
      view.mode.value = 'text'
      view.setState('live')
    } else {
      release()
      view.setState(from === 'idle' && problem.code !== 'superseded' ? 'idle' : 'ended')
    }
    view.setTrouble(problem)
  }

  function finish(problem: Trouble | null): void {
    release()
    view.setState('ended')
    if (problem) view.setTrouble(problem)
  }

  function superseded(): void {
    finish(trouble('superseded'))
  }

  async function end(): Promise<void> {
    if (isAtRest()) return
    const hungUp = call ? keeper.hangUp(call.id) : null
    finish(null)
    await hungUp
  }

  // A call that breaks

  function callOver(reason: EndReason | LostReason): void {
    call = null
    if (reason === 'visitor') finish(null)
    else if (reason === 'superseded') superseded()
    else if (reason === 'erased') erased()
    else void reconnect()
  }

  async function reconnect(): Promise<void> {
    const signal = attempts.begin()
    afterCall()
    view.setState('reconnecting')
    policy.lost(clock.now())
    feed.check()
    for (;;) {
      const delay = policy.next(clock.now())
      if (delay === null) return finish(trouble('gave_up'))
      try {
        policy.excuse(await pause.wait(signal, delay))
        await go(signal, 'voice')
        return
      } catch (error) {
        if (signal.aborted) return
        if (!isPassing(error)) return finish(failed(error))
      }
    }
  }

  // News from the event socket

  function notice(frame: NoticeFrame): void {
    if (frame.code === 'superseded') superseded()
    else if (frame.code === 'erased') erased()
    else if (frame.code === 'no_answer') view.setTrouble(trouble('no_answer', frame.cause))
  }

  function erased(): void {
    forgetSession()
    finish(trouble('session_not_found'))
  }

  function welcome(): void {
    talk.catchUp()
    if (view.mode.value === 'text' && view.state.value === 'reconnecting') {
      cancelGiveUp()
      view.setState('live')
    }
  }

  /** For a voice call the socket alone is no drop: the sound goes on while it comes back. */
  function down(failures: number): void {
    if (view.mode.value === 'text' && view.state.value === 'live') {
      view.setState('reconnecting')
      cancelGiveUp = clock.after(RECONNECT_RULES.limitMs, giveUpText)
    }
    if (failures % FAILURES_BEFORE_PROBE === 0) {
      probe().catch((error: unknown) => {
        const isOver = isSuperseded(error) || isSessionGone(error)
        if (isOver && !isAtRest()) finish(failed(error))
      })
    }
  }

  function giveUpText(): void {
    if (ports.page.navigator.onLine) finish(trouble('gave_up'))
    else cancelGiveUp = clock.after(RECONNECT_RULES.limitMs, giveUpText)
  }

  /** Asks whether session and token are still good. */
  async function probe(): Promise<void> {
    if (keeper.link.value) await broker.transcript(keeper.link.value, { limit: 1 })
  }

  // What happens to the page

  function pageHidden(): void {
    if (isAtRest()) return
    goOnWhenRestored = view.mode.value === 'text'
    if (call) void keeper.hangUp(call.id, true)
    finish(null)
  }

  function pageRestored(): void {
    if (goOnWhenRestored && isAtRest()) void start({ mode: 'text' })
    goOnWhenRestored = false
  }

  function awake(): void {
    pause.wake()
    feed.check()
  }

  // The session

  async function holdTab(takeOver: boolean): Promise<boolean> {
    const link = keeper.link.value
    if (!link) return true
    if (!takeOver) return tabLock.acquire(link.session)
    const token = await tabLock.takeOver(link.session)
    if (token) keeper.useToken(token)
    return true
  }

  function newSession(): void {
    thread.clear({ keepTyped: true })
    feed.show()
    const link = keeper.link.value
    if (link) void tabLock.acquire(link.session)
  }

  function forgetSession({ keepTyped = false } = {}): void {
    feed.close()
    if (!keepTyped) feed.forgetTyped()
    keeper.forget()
    thread.clear({ keepTyped })
    feed.show()
  }

  async function restore(): Promise<void> {
    const face = faces.load()
    try {
      await Promise.all([view.items.value.length === 0 ? loadHistory(broker, keeper, thread) : null, face])
      feed.show()
    } catch (error) {
      if (disposed || !isAtRest()) return
      const problem = failed(error)
      // Nothing to go on with is no trouble: the next start makes a new session.
      if (!isSessionGone(error)) view.setTrouble(problem)
    }
  }

  async function forget(): Promise<void> {
    const link = keeper.link.value
    release()
    if (link) {
      try {
        await broker.erase(link)
      } catch (error) {
        if (!(error instanceof BrokerError && error.code === 'session_not_found')) {
          view.setState('ended')
          // Nothing is forgotten here either, so that it can be asked for again.
          view.setTrouble({ ...troubleOf(error), ways: [] })
          return
        }
      }
    }
    forgetSession()
    view.setTrouble(null)
    view.setState('idle')
  }

  // Sound

  function renewSound(): void {
    releaseSound()
    sound = openSound(ports, options.audio, {
      blocked: () => view.setTrouble(trouble('audio_blocked')),
      microphoneLost: () => view.setTrouble(trouble('mic_missing')),
    })
  }

  function openOrCloseMicrophone(): void {
    const isTheirTurn = view.face.value?.turns !== 'push_to_talk' || talk.held
    sound?.setOpen(call !== null && isTheirTurn && !view.muted.value)
  }

  // Letting go

  function leaveCall(): void {
    if (call) void keeper.hangUp(call.id)
    afterCall()
  }

  function afterCall(): void {
    call = null
    talk.reset()
    view.liveSince.value = null
    view.activity.value = 'listening'
    openOrCloseMicrophone()
  }

  function releaseSound(): void {
    sound?.release()
    sound = null
  }

  function release(): void {
    attempts.cancel()
    afterCall()
    cancelGiveUp()
    releaseSound()
    feed.close()
    tabLock.release()
  }

  function isAtRest(): boolean {
    return view.state.value === 'idle' || view.state.value === 'ended'
  }

  function isBusyWith(mode: Mode): boolean {
    const isRunning = view.state.value === 'connecting' || view.state.value === 'live'
    return isRunning && view.mode.value === mode && (mode === 'text' || sound?.usable === true)
  }

  return {
    state: view.state,
    mode: view.mode,
    items: view.items,
    activity: view.activity,
    muted: view.muted,
    liveSince: view.liveSince,
    trouble: view.trouble,
    face: view.face,
    resumable: computed(
      () => keeper.link.value !== null && (view.state.value === 'idle' || view.state.value === 'ended'),
    ),
    levels: () => sound?.levels() ?? { input: 0, output: 0 },
    restore,
    start,
    end,
    send(text) {
      const trimmed = text.trim()
      if (disposed || trimmed === '') return
      if (trimmed.length > MAX_TEXT) return view.setTrouble(trouble('too_large'))
      feed.type(trimmed)
      if (isAtRest()) void start({ mode: 'text' })
    },
    setMuted(muted) {
      view.muted.value = muted
      openOrCloseMicrophone()
    },
    talk(on) {
      if (call && view.face.value?.turns === 'push_to_talk') talk.set(on)
    },
    interrupt: () => {
      feed.send({ type: 'interrupt' })
    },
    play() {
      sound?.play()
      if (view.trouble.value?.code === 'audio_blocked') view.setTrouble(null)
    },
    forget,
    dismissTrouble: () => view.setTrouble(null),
    on: view.on,
    dispose() {
      if (disposed) return
      disposed = true
      if (call) void keeper.hangUp(call.id, true)
      if (!isAtRest()) finish(null)
      release()
      stopLifecycle?.()
      view.silence()
    },
  }
}
