/** Why a peer could not be made. */
export type PeerErrorCode = 'bad_offer'

/** An offer that no call can be made of; the message says what is wrong with it, without quoting it. */
export class PeerError extends Error {
  readonly code: PeerErrorCode

  constructor(code: PeerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PeerError'
    this.code = code
  }
}
