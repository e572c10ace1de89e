/** The responses of a session: which runs, what it is billed, how it is stopped. */
import { findModel } from '../models.ts'
import { Refusal } from '../refusal.ts'
import type { Conversation } from './conversation.ts'
import { Inputs } from './inputs.ts'
import type { McpServers } from './mcp.ts'
import type { Outlet } from './outputs.ts'
import { type CancelReason, Reply, type ResponseFault } from './reply.ts'
import type { ReplyPlan } from './response-params.ts'
import type { SessionConfig } from './session-config.ts'
import { frontBlock, tokensOf } from './usage.ts'
import type { Emit, World } from './world.ts'

/** Invented limits of a mid-sized account; the numbers of the real tiers are not known (realtime-api.md 1.4). */
const LIMITS = { requests: 5000, tokens: 800_000 }
const MINUTE_MS = 60_000

export class Responses {
  #world: World
  #emit: Emit
  #conversation: Conversation
  #conversationId: string
  #sound: (responseId: string, itemId: string, pcm: Int16Array, ms: number) => void
  #fault: () => ResponseFault | null
  #loopback: () => boolean
  #onDone: (reply: Reply) => void
  readonly #mcp: McpServers
  #running = new Set<Reply>()
  #inputs = new Inputs()
  #spent: { at: number; tokens: number }[] = []
  /** The latest response; null before the first. */
  latestId: string | null = null

  constructor(options: {
    world: World
    emit: Emit
    conversation: Conversation
    conversationId: string
    sound: (responseId: string, itemId: string, pcm: Int16Array, ms: number) => void
    /** How the next response shall end, if not as it likes. */
    fault: () => ResponseFault | null
    /** Whether the next response speaks with the visitor's own sound. */
    loopback: () => boolean
    onDone: (reply: Reply) => void
    mcp: McpServers
  }) {
    this.#mcp = options.mcp
    this.#world = options.world
    this.#emit = options.emit
    this.#conversation = options.conversation
    this.#conversationId = options.conversationId
    this.#sound = options.sound
    this.#fault = options.fault
    this.#loopback = options.loopback
    this.#onDone = options.onDone
  }

  /** The one that writes to the conversation; there is at most one (realtime-api.md 8.1). */
  get active(): Reply | undefined {
    return [...this.#running].find((reply) => !reply.plan.outOfBand)
  }

  /** @throws Refusal when another response is still writing to the conversation, or the context is too small for it */
  start(asked: ReplyPlan, config: SessionConfig): void {
    const active = this.active
    if (active && !asked.outOfBand) {
      const message = `Conversation already has an active response in progress: ${active.id}. Wait until the response is finished before creating a new one.`
      throw new Refusal('conversation_already_has_active_response', message)
    }
    const front = frontBlock(asked.instructions ?? config.instructions, asked.tools)
    const { entries, blocks: input, cached } = this.#inputs.next(asked.entries, front, config)
    const plan = { ...asked, entries }
    const fault = this.#fault()
    const reply = new Reply({
      world: this.#world,
      outlet: this.#outletFor(plan),
      plan,
      conversationId: this.#conversationId,
      input,
      cached,
      mcp: this.#mcp,
      isFiltered: fault === 'filtered',
      echo: this.#loopback() ? (plan.entries.at(-1)?.audio ?? null) : null,
      onDone: (done) => {
        this.#running.delete(done)
        this.#onDone(done)
      },
    })
    this.#running.add(reply)
    this.latestId = reply.id
    reply.announce()
    this.#tellLimits(tokensOf(input), plan, config)
    if (fault === null || fault === 'filtered') void reply.run()
    else reply.fail(fault.failsWith, 'The simulator was asked to fail this response.')
  }

  /** @throws Refusal when there is nothing to cancel */
  cancel(responseId: string | undefined): void {
    const reply = responseId === undefined ? this.active : [...this.#running].find(({ id }) => id === responseId)
    if (!reply) throw new Refusal('response_cancel_not_active', 'Cancellation failed: no active response found.')
    reply.cancel('client_cancelled')
  }

  cancelActive(reason: CancelReason): void {
    this.active?.cancel(reason)
  }

  /** The connection is gone: nobody is told anything any more. */
  abandon(): void {
    for (const reply of this.#running) reply.abandon()
    this.#running.clear()
  }

  #outletFor(plan: ReplyPlan): Outlet {
    const responseId = this.#world.newId('resp_')
    return {
      responseId,
      emit: this.#emit,
      conversation: plan.outOfBand ? null : this.#conversation,
      sound: (itemId, pcm, ms) => this.#sound(responseId, itemId, pcm, ms),
    }
  }

  /** Sent when a response starts, with its output tokens reserved (realtime-api.md 8.3). */
  #tellLimits(inputTokens: number, plan: ReplyPlan, config: SessionConfig): void {
    const now = this.#world.clock.now()
    const reserved = plan.maxOutputTokens === 'inf' ? findModel(config.model).maxOutput : plan.maxOutputTokens
    this.#spent = [...this.#spent.filter(({ at }) => now - at < MINUTE_MS), { at: now, tokens: inputTokens + reserved }]
    const tokens = this.#spent.reduce((total, spent) => total + spent.tokens, 0)
    const oldest = this.#spent[0]?.at ?? now
    const limits = [
      { name: 'requests', limit: LIMITS.requests, remaining: Math.max(0, LIMITS.requests - this.#spent.length) },
      { name: 'tokens', limit: LIMITS.tokens, remaining: Math.max(0, LIMITS.tokens - tokens) },
    ]
    const reset_seconds = (oldest + MINUTE_MS - now) / 1000
    this.#emit({ type: 'rate_limits.updated', rate_limits: limits.map((limit) => ({ ...limit, reset_seconds })) })
  }
}
