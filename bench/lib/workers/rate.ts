/**
 * The rate limit binding, which raw workerd lacks: counts per key and period in memory. At Cloudflare it is counted on the
 * machine that runs the Worker, too.
 */
export default function bind({ limit, period }: { limit: number; period: number }): RateLimit {
  let counts = new Map<string, number>()
  let window = 0
  return {
    async limit({ key }) {
      const now = Math.floor(Date.now() / (period * 1000))
      if (now !== window) {
        window = now
        counts = new Map()
      }
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { success: count <= limit }
    },
  }
}
