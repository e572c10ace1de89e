/** One entry of the transcript, as stored by the broker and shown by the widget. */
import * as v from 'valibot'
import { CallIdSchema, ItemIdSchema } from './ids.ts'

/** What the `text` of a notice says; the widget has the words for it. */
export type Notice =
  | 'gap' // something was said here and could not be recovered
  | 'tampered' // a call was ended because the page had changed it
  | 'idle' // a call was ended because nobody said or did anything any more
  | 'page' // the assistant was told what is on the page
  | 'wrap_up' // the assistant was told that the call will soon be over

export const ItemSchema = v.object({
  id: ItemIdSchema,
  /** Place in the conversation: items are shown by ascending position, which is not the order of arrival. */
  position: v.number(),
  /** `person`: somebody of the site's team, after a hand-over. */
  role: v.picklist(['user', 'assistant', 'person', 'tool', 'notice']),
  /** `fact`: what the assistant noted with the tool `remember`. */
  kind: v.picklist(['message', 'tool_call', 'tool_result', 'notice', 'fact']),
  /** Name of the person, for the role `person`. */
  author: v.optional(v.string()),
  /** What was said or typed. For an interrupted assistant turn: the heard text only. For tools: JSON. For notices: a `Notice`. */
  text: v.string(),
  /** `in_progress`: being spoken, or heard but not transcribed yet. `interrupted`: cut off by the visitor. */
  status: v.picklist(['in_progress', 'completed', 'interrupted', 'failed']),
  via: v.picklist(['voice', 'text']),
  /** The call it belongs to; null for what was typed while no call was live. */
  call: v.nullable(CallIdSchema),
  /** `client`: the page put it into the call by itself. Kept as evidence, never shown and never replayed. */
  source: v.optional(v.literal('client')),
  /** When it began, ms since 1970. */
  at: v.number(),
  /** How much of an interrupted assistant turn was played. `estimated`: by our clock, not told by the provider. */
  heard: v.optional(v.object({ ms: v.number(), estimated: v.boolean() })),
  /** A picture that the visitor has shown (px). `kept`: with its pixels. Status `failed`: the assistant never got it. */
  image: v.optional(v.object({ width: v.number(), height: v.number(), kept: v.optional(v.literal(true)) })),
  /** Tool name and the provider's call id, for tool calls and results. */
  tool: v.optional(
    v.object({
      name: v.string(),
      callId: v.string(),
      /** Label of the MCP server that the provider has asked; without: a tool of ours. */
      server: v.optional(v.string()),
    }),
  ),
})
export type Item = v.InferOutput<typeof ItemSchema>
