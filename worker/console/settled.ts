/** Questions to many objects at once: one that does not answer does not silence the others. */
export async function settled<T>(asked: readonly Promise<T>[]): Promise<{ told: T[]; silent: number }> {
  const outcomes = await Promise.allSettled(asked)
  const told = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  return { told, silent: outcomes.length - told.length }
}
