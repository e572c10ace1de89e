/** A website's own words in the place of ours. */

/** As the website wrote them: in the shape of the texts, but only what is to be replaced. */
export type OwnTexts = Readonly<Record<string, unknown>>

/** `texts` with the words of `own` where both have one. What is in `own` alone, or is no text there, counts for nothing. */
export function override<T extends object>(texts: T, own: OwnTexts): T {
  if (Object.keys(own).length === 0) return texts
  const entries = Object.entries(texts).map(([key, ours]) => {
    const theirs = Object.hasOwn(own, key) ? own[key] : undefined
    if (typeof ours === 'object' && isRecord(theirs)) return [key, override(ours, theirs)]
    return [key, typeof theirs === typeof ours ? theirs : ours]
  })
  // The same keys with values of the same types.
  return Object.fromEntries(entries) as T
}

export function isRecord(value: unknown): value is OwnTexts {
  return typeof value === 'object' && value !== null
}
