/**
 * The first sieve against floods: so many starts a minute from one neighbourhood of addresses, counted by Cloudflare at the
 * edge (`[[ratelimits]]` in wrangler.toml). Quick and approximate.
 */
import { ParleyError } from '../../protocol/errors.ts'

/**
 * @param subject what is counted: an agent, or a session for its calls
 * @param address CF-Connecting-IP, which Cloudflare sets and a visitor cannot
 * @throws ParleyError rate_limited
 */
export async function admitRate(limiter: RateLimit, subject: string, address: string | null): Promise<void> {
  const prefix = address === null ? null : addressPrefix(address)
  if (prefix === null) return
  const { success } = await limiter.limit({ key: `${subject}|${prefix}` })
  if (!success) throw new ParleyError('rate_limited')
}

/**
 * IPv4 /24 or IPv6 /48: what one household or office has. Null for this machine itself, which never comes through
 * Cloudflare: a local run.
 */
export function addressPrefix(address: string): string | null {
  const v4 = address.match(/(?:^|^::ffff:)(\d+\.\d+\.\d+)\.\d+$/i)?.[1]
  if (v4 !== undefined) return v4.startsWith('127.') ? null : `${v4}.0/24`
  if (address === '::1') return null
  return `${firstGroups(address).join(':')}::/48`
}

/** The first three of eight groups; `::` stands for as many zeros as are missing. */
function firstGroups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const end = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - groups.length - end.length
  const all = [...groups, ...new Array<string>(Math.max(0, zeros)).fill('0'), ...end]
  return all.slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ''))
}
