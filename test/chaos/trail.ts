/** What happened in a cell and when, as those who took part saw it. Told when the cell turns red, so that it need not be replayed. */

export interface Note {
  /** ms since 1970 */
  readonly t: number
  readonly who: string
  readonly what: string
}

export class Trail {
  readonly notes: Note[] = []
  #visitors = 0

  /** A pen of its own for somebody who takes part. */
  of(who: string): (what: string) => void {
    return (what) => void this.notes.push({ t: Date.now(), who, what })
  }

  ofVisitor(): (what: string) => void {
    this.#visitors += 1
    return this.of(`visitor ${this.#visitors}`)
  }
}
