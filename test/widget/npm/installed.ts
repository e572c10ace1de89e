/** The package as somebody else has it: built, packed, installed. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildPackage } from '../../../scripts/build-npm.ts'
import { inProject } from '../../../scripts/lib/paths.ts'
import { runQuietly } from '../../../scripts/lib/processes.ts'

export interface Installed {
  /** Folder of a project that has it. */
  dir: string
  /** What `npm pack` made. */
  tarball: string
  remove(): void
}

/** @param links packages of ours that the project has too, such as `react` */
export async function installPackage(links: readonly string[] = []): Promise<Installed> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-consumer-'))
  const [built, home] = [join(dir, 'built'), join(dir, 'home')]
  await buildPackage(built)
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n')
  await npm(['pack', built, '--pack-destination', dir])
  const tarball = join(dir, 'parley-0.1.0.tgz')
  await npm(['install', '--prefix', home, '--offline', '--no-audit', '--no-fund', tarball])
  for (const name of links) {
    mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true })
    symlinkSync(inProject('node_modules', name), join(home, 'node_modules', name))
  }
  return { dir: home, tarball, remove: () => rmSync(dir, { recursive: true }) }
}

/** Copies something of ours into the project. */
export function put({ dir }: Installed, from: string, to: string): void {
  cpSync(inProject(from), join(dir, to), { recursive: true })
}

async function npm(args: readonly string[]): Promise<void> {
  const { code, output } = await runQuietly('npm', args)
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`)
}
