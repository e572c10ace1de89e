/** The agents in examples/ that `npm start -- NAME` runs instead of those in agents/. */
import { existsSync, readdirSync } from 'node:fs'
import type { Example } from '../../examples/example.ts'
import { inProject } from './paths.ts'

/** @throws Error that names the examples there are */
export async function loadExample(name: string | undefined): Promise<Example | null> {
  if (name === undefined) return null
  if (!exampleNames().includes(name)) {
    throw new Error(`There is no example "${name}". There are: ${exampleNames().join(', ')}.`)
  }
  const { default: example }: { default: Example } = await import(inProject('examples', name, 'example.ts'))
  return example
}

function exampleNames(): string[] {
  return readdirSync(inProject('examples')).filter((name) => existsSync(inProject('examples', name, 'example.ts')))
}
