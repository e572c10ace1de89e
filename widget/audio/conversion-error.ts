/** What can be wrong with a conversion of samples: always a mistake of the caller, never of the sound. */

export type ConversionErrorCode = 'unsupported_rate' | 'output_too_small'

export class ConversionError extends Error {
  override readonly name = 'ConversionError'
  readonly code: ConversionErrorCode

  constructor(code: ConversionErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** @throws ConversionError `output_too_small` */
export function demandRoom(output: { readonly length: number }, frames: number): void {
  if (output.length >= frames) return
  throw new ConversionError('output_too_small', `The output has room for ${output.length} frames and needs ${frames}`)
}
