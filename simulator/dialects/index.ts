/** The dialects that the simulator speaks, by name. */
import { azureDialect } from './azure.ts'
import type { Dialect } from './dialect.ts'
import { openAiDialect } from './openai.ts'

export const DIALECTS = { openai: openAiDialect, azure: azureDialect } satisfies Record<string, Dialect>
export type DialectName = keyof typeof DIALECTS

export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(DIALECTS, name)
}
