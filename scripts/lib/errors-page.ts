/** docs/errors.md, made from the table of codes and the routes that answer them. */
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts'
import { EVERYWHERE, NO_ROUTE, ROUTES, type Route } from '../../protocol/routes.ts'

const HEAD = `# Errors

<!-- Made by \`npm run build\` from protocol/errors.ts and protocol/routes.ts: edit those. -->

The broker answers every refusal with \`application/problem+json\` (RFC 9457). \`code\` is stable: programs may rely on it.

\`\`\`json
{ "type": "…#agent_not_found", "title": "No such agent", "status": 404, "code": "agent_not_found", "todo": "…", "detail": "…" }
\`\`\`

| code | status | what it means | what to do | answered by |
| --- | --- | --- | --- | --- |
`

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, todo }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} | ${todo} | ${answeredBy(code as ErrorCode)} |\n`,
  )
  return HEAD + rows.join('')
}

/** Where a code may come from, in words. */
function answeredBy(code: ErrorCode): string {
  if (EVERYWHERE.includes(code)) return 'every route'
  if (NO_ROUTE.includes(code)) return 'what is no route'
  const routes = ROUTES.filter((route) => route.errors.includes(code))
  const frame = ROUTES.some((route) => route.frameErrors?.includes(code)) ? ['a frame of the event socket'] : []
  return [...group(routes), ...frame].join('<br>')
}

/** All routes with a token are named by that. */
function group(routes: readonly Route[]): string[] {
  const withToken = ROUTES.filter(({ needs }) => needs === 'token')
  const all = withToken.every((route) => routes.includes(route))
  const named = all ? routes.filter(({ needs }) => needs !== 'token') : routes
  return [
    ...named.map(({ method, path }) => `\`${method} ${path}\``),
    ...(all ? ['every route with a session token'] : []),
  ]
}
