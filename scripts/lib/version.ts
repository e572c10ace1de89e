/** Versions of the widget under addresses whose content never changes: `/v/HASH/`. A deploy replaces all that was served before, so earlier ones are pinned. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** `/widget.json` */
export interface Version {
  /** Path on the broker's origin. */
  url: string
  /** For the script tag's attribute `integrity`. */
  integrity: string
}

/** Copies what was built to an address of its own, adds the pinned versions, and tells which is the newest. */
export async function writeVersions(outDir: string, files: readonly string[], pinnedDir: string): Promise<Version> {
  const loader = await readFile(join(outDir, 'widget.js'))
  const hash = (algorithm: string) => createHash(algorithm).update(loader)
  // The loader names what it loads by content, so its own content stands for all of it.
  const name = hash('sha256').digest('hex').slice(0, 12)
  const version = { url: `/v/${name}/widget.js`, integrity: `sha384-${hash('sha384').digest('base64')}` }
  for (const path of files) await cp(join(outDir, path), join(outDir, 'v', name, path))
  await writeFile(join(outDir, 'widget.json'), `${JSON.stringify(version, null, 2)}\n`)
  if (existsSync(pinnedDir)) await cp(pinnedDir, join(outDir, 'v'), { recursive: true })
  return version
}

/** Keeps the newest version for all later builds. Answers where. */
export async function pin(outDir: string, { url }: Version, pinnedDir: string): Promise<string> {
  const folder = join(outDir, url, '..')
  const kept = join(pinnedDir, basename(folder))
  await cp(folder, kept, { recursive: true })
  return kept
}

export function embedLine({ url, integrity }: Version): string {
  const src = `https://YOUR-BROKER${url}`
  return `<script src="${src}" integrity="${integrity}" crossorigin="anonymous" data-agent="…" async></script>`
}
