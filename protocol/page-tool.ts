/**
 * A tool that the visitor's page does: fills a form, shows a product. Declared here, handled there with `onTool` on the
 * element. What it answers is the page's word, and the model is told so (docs/tools.md).
 */
import type * as v from 'valibot'
import { checkedBy, describedTool, type Parameters, type ToolInput, type ToolSpec } from './tool.ts'

/** A page may have to ask somebody first. */
const USUAL_TIMEOUT_MS = 20_000

export interface PageToolInput<P extends Parameters> extends Omit<ToolInput<P>, 'execute' | 'idempotent' | 'cacheMs'> {
  /** What the page may answer; anything that JSON can say without it. */
  result?: v.GenericSchema
}

/** @throws Error that names every wrong field */
export function pageTool<const P extends Parameters>({ result, ...input }: PageToolInput<P>): ToolSpec {
  const check = (value: unknown) => (result ? checkedBy(result, value) : { ok: true as const, value })
  return describedTool({ timeoutMs: USUAL_TIMEOUT_MS, ...input }, { page: { check } })
}
