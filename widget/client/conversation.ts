/** The conversation without a face: which state it is in, and what leads from one to the other. */
import { computed } from '@preact/signals'
import type { FollowedCall } from '../../protocol/api.ts'
import { type ClientFrame, MAX_TEXT, type NoticeFrame } from '../../protocol/frames.ts'
import { within } from '../clock.ts'
import { browserPorts } from '../device/browser.ts'
import type { Ports } from '../device/ports.ts'
import { createAttempts } from './attempts.ts'
import { BrokerError, createBroker } from './broker.ts'
import { createCurrentCall } from './current-call.ts'
import { createEndings } from './endings.ts'
import { createFaces } from './faces.ts'
import { createFeed, type Feed } from './feed.ts'
import { createKeeper } from './keeper.ts'
import { createMemory } from './memory.ts'
import { createPageTools } from './page-tools.ts'
import { createPageWatch } from './page-watch.ts'
import { createPaths } from './path.ts'
import { createPause } from './pause.ts'
import { createReconnectPolicy } from './reconnect.ts'
import { tryAgain } from './recovery.ts'
import { createSession } from './session.ts'
import { createSocketWatch } from './socketwatch.ts'
import { createSpeech } from './speech.ts'
import { createThread } from './thread.ts'
import { endReasonOf, isSessionGone, limitReached, needsText, trouble, troubleOf } from './trouble.ts'
import type { Conversation, ConversationOptions, ConversationState, Mode, Trouble } from './types.ts'
import { createView } from './view.ts'

/** Longest wait for the event socket of a text conversation (ms). */
const WELCOME_TIMEOUT_MS = 15_000
export function createConversation(options: ConversationOptions, overrides: Partial<Ports> = {}): Conversation {
  const ports: Ports = { ...browserPorts(), ...overrides }
  const { clock } = ports
  const view = createView()
  const broker = createBroker(ports, options.broker)
  const keeper = createKeeper(broker, createMemory(ports.storage, options.broker, options.agent), options.agent)
  const faces = createFaces(broker, options.agent, view, options.face)
  const thread = createThread()
  const paths = createPaths(
    { storage: ports.storage, now: clock.now, hasWebrtc: ports.RTCPeerConnection !== undefined },
    options.broker,
  )
  const attempts = createAttempts()
  const policy = createReconnectPolicy(ports.random)
  const pause = createPause(clock, ports.page.navigator)
  const send = (frame: ClientFrame) => feed.send(frame)
  const pageTools = createPageTools({ handlers: options.tools, questions: view.questions, clock, send })
  const feed: Feed = createFeed(
    { ports, broker, keeper, thread, view, pageTools },
    { notice, down: (failures) => socketWatch.down(failures), welcome },
  )
  const session = createSession({ ports, broker, keeper, thread, feed }, { takenOver: () => superseded() })
  const { failed, finish, superseded, erased, settle, over } = createEndings({
    ...{ view, keeper, feed, session, release },
    releaseVoice() {
      attempts.cancel()
      speech.release()
    },
  })
  const speech = createSpeech(ports, view, {
    sendTalk: (on) => send({ type: 'talk', on }),
    slow: () => void goOnInText(attempts.begin(), 'live', trouble('mic_slow'), false),
    joined: () => void start(),
  })
  const socketWatch = createSocketWatch(
    { clock, network: ports.page.navigator, view, probe: session.probe },
    {
      gaveUp: () => finish(trouble('gave_up')),
      over: (error) => {
        if (!isAtRest()) finish(failed(error))
      },
    },
  )
  const call = createCurrentCall(
    { ports, broker, keeper, feed, faces, speech, view, paths },
    { newSession: session.begun, over: (reason, lost) => over(reason) || void reconnect(lost) },
  )
  const pageWatch = createPageWatch(ports.page, {
    isAtRest,
    back() {
      if (isAtRest()) session.catchUp()
    },
    leave() {
      const isText = view.mode.value === 'text'
      void call.hangUp(true)
      finish(null)
      return isText
    },
    goOn: () => void start({ mode: 'text' }),
    awake() {
      pause.wake()
      feed.check()
    },
  })
  let disposed = false
  let isErasing = false
  view.on((event) => {
    if (event.type === 'item') speech.heard(event.item)
    // The wording has changed since the face was loaded, or is asked for since then.
    if (event.type === 'trouble' && isConsentMissing(event.trouble)) void restore()
  })

  // Ways in and out

  async function start({ mode = 'voice', takeOver = false }: { mode?: Mode; takeOver?: boolean } = {}): Promise<void> {
    if (disposed || isErasing || (isBusyWith(mode) && !takeOver)) return
    if (isAtRest()) session.catchUp()
    const from = view.state.value
    const left = leaveCall()
    const signal = attempts.begin()
    pageWatch.start()
    socketWatch.stop()
    policy.reset()
    view.setTrouble(null)
    view.mode.value = mode
    if (isAtRest()) view.muted.value = false
    view.setState('connecting')
    try {
      // Still inside the visitor's tap: nothing may be awaited before.
      if (mode === 'text') speech.release()
      else if (!speech.usable) speech.open(options.audio)
      const isOurs = await session.hold(takeOver)
      signal.throwIfAborted()
      if (!isOurs) return settle(from, trouble('in_other_tab'))
      // Text that follows at once must not be answered by the call that is just being hung up.
      if (mode === 'text') await left
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
      session.forget({ keepTyped: true })
      await go(signal, mode)
    }
  }

  async function go(signal: AbortSignal, mode: Mode, after?: FollowedCall): Promise<void> {
    if (mode === 'voice') {
      await call.open(signal, after)
      policy.live(clock.now())
    } else await goText(signal)
    signal.throwIfAborted()
    socketWatch.stop()
    view.setState('live')
  }

  async function goText(signal: AbortSignal): Promise<void> {
    if (await keeper.ensureSession(signal)) session.begun()
    else if (!feed.up) await session.probe()
    signal.throwIfAborted()
    feed.open()
    const welcomed = feed.welcomed(signal)
    await within(clock, WELCOME_TIMEOUT_MS, welcomed, () => new BrokerError('broker_unreachable'))
  }

  async function startFailed(signal: AbortSignal, from: ConversationState, error: unknown, takeOver: boolean) {
    if (needsText(error)) await goOnInText(signal, from, troubleOf(error), takeOver)
    else settle(from, failed(error, takeOver))
  }

  /** No way to speak, or not yet: the conversation goes on in text by itself. */
  async function goOnInText(signal: AbortSignal, from: ConversationState, why: Trouble, takeOver: boolean) {
    if (!speech.waiting) speech.release()
    view.mode.value = 'text'
    view.setTrouble(why)
    try {
      await goOrBeginAnew(signal, 'text')
    } catch (textError) {
      if (!signal.aborted) settle(from, failed(textError, takeOver))
    }
  }

  async function end(): Promise<void> {
    if (isAtRest()) return
    const hungUp = call.hangUp()
    finish(null)
    await hungUp
  }

  // A call that breaks

  async function reconnect(lost: string): Promise<void> {
    const signal = attempts.begin()
    call.forget()
    view.setState('reconnecting')
    feed.check()
    const after = { call: lost, because: 'dropped' } as const
    const outcome = await tryAgain(signal, { clock, pause, policy }, () => go(signal, 'voice', after))
    if (outcome.type === 'gave_up') finish(trouble('gave_up'))
    else if (outcome.type === 'failed' && !over(endReasonOf(outcome.error))) finish(failed(outcome.error))
  }

  // News from the event socket

  function notice(frame: NoticeFrame): void {
    if (frame.code === 'superseded') superseded()
    else if (frame.code === 'erased') erased()
    else if (frame.code === 'no_answer') view.setTrouble(trouble('no_answer', frame.cause))
    else if (frame.code === 'rollover' && frame.call) call.rollOver(frame.call)
    else if (frame.code === 'limit_reached') view.setTrouble(limitReached(frame.cap ?? 'cost_cap', []))
  }

  function welcome(): void {
    speech.catchUp()
    socketWatch.up()
  }

  // The stored thread

  async function restore(): Promise<void> {
    try {
      await Promise.all([session.load(), faces.load(isConsentMissing(view.trouble.value))])
    } catch (error) {
      if (disposed || !isAtRest()) return
      const problem = failed(error)
      // Nothing to go on with is no trouble: the next start makes a new session.
      if (!isSessionGone(error)) view.setTrouble(problem)
    }
  }

  async function forget(): Promise<void> {
    release()
    if (!isAtRest()) view.setState('ended')
    isErasing = true
    try {
      await session.erase()
      view.setTrouble(null)
      view.setState('idle')
    } catch (error) {
      // No way is offered here: nothing is forgotten, so it can be asked for again.
      view.setTrouble({ ...troubleOf(error), ways: [] })
    } finally {
      isErasing = false
    }
  }

  // Letting go

  function leaveCall(): Promise<void> | null {
    const hungUp = call.hangUp()
    call.forget()
    return hungUp
  }

  function release(): void {
    attempts.cancel()
    call.forget()
    socketWatch.stop()
    speech.release()
    feed.close()
    session.letGo()
  }

  function isAtRest(): boolean {
    return view.state.value === 'idle' || view.state.value === 'ended'
  }

  function isConsentMissing(problem: Trouble | null): boolean {
    return problem?.code === 'consent_required'
  }

  function isBusyWith(mode: Mode): boolean {
    const isRunning = view.state.value === 'connecting' || view.state.value === 'live'
    return isRunning && view.mode.value === mode && (mode === 'text' || speech.usable)
  }

  return {
    ...view.shown,
    link: keeper.link,
    resumable: computed(
      () => keeper.link.value !== null && (view.state.value === 'idle' || view.state.value === 'ended'),
    ),
    levels: () => speech.levels(),
    restore,
    start,
    end,
    send(text, image) {
      const trimmed = text.trim()
      if (disposed || (trimmed === '' && !image)) return
      if (trimmed.length > MAX_TEXT) return view.setTrouble(trouble('too_large'))
      feed.type(trimmed, image)
      if (isAtRest()) void start({ mode: 'text' })
    },
    confirm: (item, yes) => send({ type: 'confirm', item, yes }),
    setMuted: (muted) => speech.setMuted(muted),
    useMicrophone: speech.useMicrophone,
    agree(lang) {
      const asked = view.face.value?.consent
      if (asked) keeper.agree({ version: asked.version, lang })
    },
    talk: speech.talk,
    takeTurns: (how) => speech.takeTurns(how),
    setContext: feed.setContext,
    interrupt: () => void send({ type: 'interrupt' }),
    play: () => speech.play(),
    async rate(score) {
      if (!keeper.link.value) throw new BrokerError('session_not_found')
      await broker.rate(keeper.link.value, { score })
    },
    forget,
    dismissTrouble: () => view.setTrouble(null),
    on: view.on,
    dispose() {
      if (disposed) return
      disposed = true
      void call.hangUp(true)
      if (!isAtRest()) finish(null)
      release()
      pageTools.close()
      pageWatch.stop()
      view.silence()
    },
  }
}
