/** The provider itself did not take the call. Apart from ephemeral.ts, which few agents need. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: 'provider_refused' | 'provider_busy' | 'provider_unreachable'

  constructor(code: 'provider_refused' | 'provider_busy' | 'provider_unreachable', options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
