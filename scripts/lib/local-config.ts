/** wrangler.toml as a local run needs it: the same Worker, with every variable that the run brings along. */
import { experimental_readRawConfig } from 'wrangler'
import { inProject } from './paths.ts'

/**
 * wrangler hands on only those names of an env file that the configuration declares (worker-notes.md); a deployed Worker gets every
 * secret that it has. So here all given names are declared.
 * @param main the Worker's own file, by default that of wrangler.toml
 * @returns text of a wrangler.json that may stand in any folder
 */
export function localConfig(names: readonly string[], main?: string): string {
  const { rawConfig } = experimental_readRawConfig({ config: inProject('wrangler.toml') })
  const { vars = {}, secrets, assets } = rawConfig
  const declared = new Set([...(secrets?.required ?? []), ...names.filter((name) => !(name in vars))])
  return JSON.stringify({
    ...rawConfig,
    main: inProject(main ?? rawConfig.main ?? ''),
    ...(assets?.directory ? { assets: { ...assets, directory: inProject(assets.directory) } } : {}),
    secrets: { ...secrets, required: [...declared] },
  })
}
