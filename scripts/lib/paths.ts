/** Where things are, whatever folder a command was called from. */
import { resolve } from 'node:path'

/** The project's own folder, absolute. */
export const projectDir = resolve(import.meta.dirname, '../..')

/** Absolute path of something in the project. */
export function inProject(...parts: string[]): string {
  return resolve(projectDir, ...parts)
}
