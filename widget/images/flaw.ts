/** Why a picture cannot be shown. `screen`: the browser gives none of the screen. */
export type ImageFlaw = 'heic' | 'svg' | 'pdf' | 'not_image' | 'broken' | 'too_big' | 'screen'

export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly flaw: ImageFlaw

  constructor(flaw: ImageFlaw) {
    super(flaw)
    this.flaw = flaw
  }
}
