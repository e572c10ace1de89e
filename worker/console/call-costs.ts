/** What each call of a session has cost, in USD: the session itself knows the sum only. */
export async function callCosts(db: D1Database, session: string): Promise<Map<string, number>> {
  const { results } = await db
    .prepare('SELECT id, micro_usd FROM calls WHERE session = ?')
    .bind(session)
    .all<{ id: string; micro_usd: number }>()
  return new Map(results.map(({ id, micro_usd }) => [id, micro_usd / 1_000_000]))
}
