/** A tool that is a server of the site owner's: called over https, signed by Standard Webhooks (docs/tools.md). */
import * as v from 'valibot'
import { refusedInAgent } from './target.ts'
import { describedTool, type Parameters, type ToolInput, type ToolSpec } from './tool.ts'

export interface WebhookInput<P extends Parameters> extends Omit<ToolInput<P>, 'execute'> {
  /** Public, https, by name. Redirects are not followed. */
  url: string
  /** Name of the secret that signs, set with `wrangler secret put`. The prefix keeps others from being used by mistake. */
  secretName: string
}

/** @throws Error that names every wrong field */
export function webhookTool<const P extends Parameters>({ url, secretName, ...input }: WebhookInput<P>): ToolSpec {
  const refusal = refusedInAgent(url)
  if (refusal) throw new Error(`The tool "${input.name}" is not valid: url: ${refusal}`)
  if (!v.is(SecretName, secretName)) {
    throw new Error(`The tool "${input.name}" is not valid: secretName: a name such as TOOL_ORDERS`)
  }
  return describedTool(input, { webhook: { url, secretName } })
}

const SecretName = v.pipe(v.string(), v.regex(/^TOOL_[A-Z0-9_]{1,50}$/))
