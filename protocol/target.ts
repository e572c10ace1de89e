/**
 * Where a deployment may send requests by itself: public servers on the web, by name and over https. This looks at the address
 * only; a name whose records point into a private network cannot be told from here (a Worker has no resolver), and
 * Cloudflare's own fetch does not reach private networks.
 */

/** Names that never belong to a public server (RFC 6761, 6762, 8375, 9476, ICANN's reserved and common private ones). */
const PRIVATE_NAMES = [
  ...['localhost', 'local', 'localdomain', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'host'],
  ...['test', 'example', 'invalid', 'onion', 'alt', 'arpa'],
]
/** Public names that resolve to whatever address stands in them, or to this machine. */
const ADDRESS_IN_NAME = [
  'nip.io',
  'sslip.io',
  'xip.io',
  'traefik.me',
  'localtest.me',
  'lvh.me',
  'vcap.me',
  'lacolhost.com',
]
/** Names of metadata services. */
const METADATA = ['metadata.google.com', 'metadata.azure.com', 'instance-data.ec2.com']

/**
 * Why requests to this address are refused; null for a good one.
 * @param exceptions origins that are fine all the same, for local runs
 */
export function refusedTarget(address: string, exceptions: readonly string[] = []): string | null {
  if (!URL.canParse(address)) return 'not an absolute URL'
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return 'user names and passwords do not belong into an address'
  if (exceptions.includes(url.origin)) return null
  if (url.protocol !== 'https:') return 'https only'
  if (url.port !== '') return 'the usual port of https only'
  // The parser has made 127.0.0.1 of 0x7f.1, 2130706433 and 0177.0.0.1, and letters of what looks like them.
  const host = url.hostname.replace(/\.$/, '')
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) return 'a name, not an IP address'
  if (!host.includes('.')) return 'a full name, such as api.example.com'
  const ends = (names: readonly string[]) => names.some((name) => host === name || host.endsWith(`.${name}`))
  if (ends(PRIVATE_NAMES) || ends(METADATA)) return 'a public name'
  if (ends(ADDRESS_IN_NAME)) return 'a name that does not stand for an address'
  return null
}

const LOCAL = /^http:\/\/localhost:\d+\//

/** The same for what stands in an agent. A local server is good for a local run: whether this is one shows when it is asked. */
export function refusedInAgent(address: string): string | null {
  return LOCAL.test(address) ? null : refusedTarget(address)
}
