/** Servers of the Model Context Protocol that the provider asks by itself: declared here, asked there (docs/tools.md). */
import * as v from 'valibot'
import { refusedInAgent } from './target.ts'

const SecretNameSchema = v.pipe(v.string(), v.regex(/^MCP_[A-Z0-9_]{1,50}$/, 'a name such as MCP_HANDBOOK'))

/** Most headers of one server. */
const MAX_HEADERS = 8
/**
 * Names that are somebody else's to set: of the connection (RFC 9110, 7.6.1), of the message, of the protocol itself (`mcp-…`), and
 * `authorization`, which `secretName` is for. `proxy-…` and `sec-…` are a proxy's and a browser's.
 */
const RESERVED =
  /^(authorization|connection|keep-alive|te|trailer|transfer-encoding|upgrade|host|expect|cookie2?|set-cookie|via|forwarded|accept|accept-.*|content-.*|proxy-.*|sec-.*|mcp-.*|x-forwarded-.*)$/i
const HeaderNameSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'the name of a header: letters, digits and dashes'),
  v.check(
    (name) => !RESERVED.test(name),
    'not the name of a header that is set by others; `secretName` is for Authorization',
  ),
)
const HeadersSchema = v.pipe(
  v.record(HeaderNameSchema, SecretNameSchema),
  v.minEntries(1),
  v.maxEntries(MAX_HEADERS),
  v.check((headers) => {
    const names = Object.keys(headers).map((name) => name.toLowerCase())
    return new Set(names).size === names.length
  }, 'each header once'),
)

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
  secretName: v.optional(SecretNameSchema),
  /** More headers that it wants, with the names of the secrets that are sent in them. Under the same rule. */
  headers: v.optional(HeadersSchema),
})
export type McpServer = v.InferOutput<typeof McpServerSchema>

/** Names of the secrets that a server gets. */
export function secretsOf({ secretName, headers }: Pick<McpServer, 'secretName' | 'headers'>): string[] {
  return [...(secretName === undefined ? [] : [secretName]), ...Object.values(headers ?? {})]
}
