/** An agent as a session object of the Realtime API (realtime-api.md 7). */
import type { Agent } from '../../../protocol/agent.ts'
import type { CallPlan } from '../provider.ts'
import { mcpTool, type Secrets } from './mcp.ts'

export type Setup = Pick<CallPlan, 'agent' | 'seeded'>

type Json = Record<string, unknown>

/** For opening a call: everything, with the model and the voice, which can never be changed later. */
export function openingConfig(plan: Setup): Json {
  const { audio, ...rest } = voiceConfig(plan)
  const output = { voice: plan.agent.voice }
  return { ...rest, model: plan.agent.model, audio: { ...audio, output } }
}

/** For `session.update` on a voice call. */
export function voiceConfig(plan: Setup, secret?: Secrets) {
  return { ...common(plan.agent, secret), output_modalities: ['audio'], audio: { input: inputConfig(plan) } }
}

/** For `session.update` on a socket that carries the sound itself; it was opened with the model only. */
export function relayConfig(plan: Setup, secret: Secrets): Json {
  const { audio, ...rest } = voiceConfig(plan, secret)
  // Section 5.2. They are the defaults; named, because everything in between is made for them.
  const format = { type: 'audio/pcm', rate: 24_000 }
  const output = { voice: plan.agent.voice, format }
  return { ...rest, audio: { input: { ...audio.input, format }, output } }
}

/** For `session.update` on a conversation by text. */
export function textConfig({ agent }: Setup, secret: Secrets): Json {
  return { ...common(agent, secret), output_modalities: ['text'] }
}

/** Only what makes the assistant answer by itself; sent when the history is in. */
export function listeningConfig(agent: Agent): Json {
  return { type: 'realtime', audio: { input: { turn_detection: turnDetection(agent, true) } } }
}

/** @param secret only where no page shares the call */
function common(agent: Agent, secret?: Secrets) {
  return {
    type: 'realtime',
    instructions: agent.instructions,
    max_output_tokens: agent.maxOutputTokens,
    tools: [...toolsOf(agent), ...serversOf(agent, secret)],
    tool_choice: 'auto',
    truncation: truncation(agent),
  }
}

/** Section 11.1. A session from before there were tools keeps the agent that it began with. */
function toolsOf({ tools }: Partial<Agent>): Json[] {
  return (tools ?? []).map(({ name, description, parameters }) => ({
    type: 'function',
    name,
    description,
    parameters: JSON.parse(parameters),
  }))
}

/** Section 11.2. A server whose secret may not be told, or is not there, is left out. */
function serversOf({ mcp }: Partial<Agent>, secret?: Secrets): Json[] {
  return (mcp ?? []).map((server) => mcpTool(server, secret)).filter((tool) => tool !== null)
}

/** Named where it is the default, too, so that it is put back when a page has changed it. */
function truncation({ truncation: wanted }: Partial<Agent>): Json | 'auto' {
  // A session from before there was this option keeps the agent that it began with.
  if (!wanted) return 'auto'
  const { maxTokens, retentionRatio } = wanted
  const token_limits = { post_instructions: maxTokens }
  return { type: 'retention_ratio', retention_ratio: retentionRatio, token_limits }
}

function inputConfig({ agent, seeded }: Setup): Json {
  const language = agent.language ? { language: agent.language } : {}
  return {
    transcription: { model: agent.transcription, ...language },
    noise_reduction: noiseReduction(agent),
    turn_detection: turnDetection(agent, !seeded),
  }
}

function noiseReduction({ turns }: Agent): Json | null {
  // Sessions from before `noise` was an option had this one.
  const { noise = 'near_field' }: Partial<typeof turns> = turns
  return noise === null ? null : { type: noise }
}

function turnDetection({ turns }: Agent, answer: boolean): Json | null {
  const reply = { create_response: answer, interrupt_response: true }
  switch (turns.detection) {
    case 'push_to_talk':
      return null
    case 'semantic_vad':
      return { type: 'semantic_vad', eagerness: turns.eagerness, ...reply }
    case 'server_vad':
      return {
        type: 'server_vad',
        threshold: turns.threshold,
        prefix_padding_ms: turns.prefixMs,
        silence_duration_ms: turns.silenceMs,
        ...reply,
      }
  }
}
