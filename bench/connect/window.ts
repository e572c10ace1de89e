/** What every page of the bench offers to the bench. */

/** A moment of a call on its way. */
export interface Mark {
  name: string
  /** ms since 1970, with fractions. */
  at: number
}

export interface BenchPage {
  /** Resolves when the page's own code believes that the visitor may talk. Called by the button "Talk", in the visitor's tap. */
  talk(): Promise<void>
  /** A typed line of the visitor, which the assistant is to answer. */
  say(text: string): void
  /** Hangs up. */
  end(): Promise<void>
}

export interface BenchWindow extends Window {
  benchPage?: BenchPage
  /** Of ear.ts, which runs before the page does. */
  benchEar?: {
    /** Inside a tap: a context of Web Audio wants one. */
    start(): Promise<void>
    /** From now on the next sound counts as the first. */
    arm(): void
    /** When the first sound since `arm` was heard, ms since 1970; null: not yet. */
    heardAt(): number | null
    /** How long nothing was heard, in ms. */
    silentFor(): number
    marks(): Mark[]
  }
}
