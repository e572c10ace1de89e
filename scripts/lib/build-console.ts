/** The console's page: dist/console.html, served at `/console`, and its files beside it. */
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { inProject } from './paths.ts'

/** Nothing from anywhere else, no script in the page itself, in nobody's frame. What it shows is asked for with the owner's cookie. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ')

/** Part of `_headers`. */
export const CONSOLE_HEADERS = `
/console
  Content-Security-Policy: ${POLICY}
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Resource-Policy: same-origin
  Permissions-Policy: camera=(), geolocation=(), microphone=()
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY
  Cache-Control: no-cache

/console/assets/*
  Cross-Origin-Resource-Policy: same-origin
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
`

export async function buildConsole(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: inProject('console'),
    base: '/console/',
    publicDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(outDir, 'console'),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      // Inlined files would need `data:` in the policy.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
  })
  await rename(join(outDir, 'console/index.html'), join(outDir, 'console.html'))
}
