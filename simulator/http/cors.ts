import type { IncomingHttpHeaders } from 'node:http'

/** Browsers may call the API from any page, and may read `Location` (realtime-api.md 3). */
export const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Location' }

/** Answer to a preflight: any header that is asked for is allowed; official clients send their own. */
export function preflight(headers: IncomingHttpHeaders): Record<string, string> {
  return {
    ...CORS,
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? 'authorization, content-type',
    'Access-Control-Max-Age': '600',
  }
}
