/** Finds a text in files, however it was written down. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Byte sequences of which at least one occurs wherever the text was stored: UTF-8, UTF-16, or either within base64. */
function forms(text: string): Buffer[] {
  const plain = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]
  return [...plain, ...plain.flatMap(withinBase64)]
}

/** Base64 depends on where in the groups of three bytes a text begins; the letters at its ends depend on its neighbours. */
function withinBase64(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map((before) => {
    const letters = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    return Buffer.from(letters.slice(before === 0 ? 0 : before + 1, -2))
  })
}

/** Which of the texts occur in it. */
export function foundIn(content: Buffer, texts: readonly string[]): string[] {
  return texts.filter((text) => forms(text).some((form) => content.includes(form)))
}

/** Every file below a folder, hidden ones and database logs too. */
export function filesBelow(dir: string): { path: string; content: Buffer }[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, content: readFileSync(path) }))
}
