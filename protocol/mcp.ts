/** Servers of the Model Context Protocol that the provider asks by itself: declared here, asked there (docs/tools.md). */
import * as v from 'valibot'
import { refusedInAgent } from './target.ts'

export const McpServerSchema = v.strictObject({
  /** What the provider, the transcript and the visitor know it as. */
  label: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'a letter, then letters, digits, _ or -')),
  /** Public, https, by name: the provider goes there, not the broker. */
  url: v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      const refusal = dataset.typed ? refusedInAgent(dataset.value) : null
      if (refusal) addIssue({ message: refusal })
    }),
  ),
  /** For the model: what it is good for. */
  description: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  /** Names of the tools that may be called. Without: all that it has, today and later. */
  tools: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(128))), v.minLength(1), v.maxLength(64)),
  ),
  /** Whether the visitor is asked before a call: `always`, `never`, or for all tools but these. */
  approval: v.optional(
    v.union([v.picklist(['always', 'never']), v.strictObject({ never: v.pipe(v.array(v.string()), v.minLength(1)) })]),
    'always',
  ),
  /** Name of the secret that is sent as its Bearer token. Only where no page shares the call (`transport: 'relay'`). */
  secretName: v.optional(v.pipe(v.string(), v.regex(/^MCP_[A-Z0-9_]{1,50}$/, 'a name such as MCP_HANDBOOK'))),
})
export type McpServer = v.InferOutput<typeof McpServerSchema>
