/** What the tests of words compare. */

/** Every text with its path. */
export function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
}

/** An ellipsis or question mark, or the full stop at the end, whatever the script. */
export function sign(text = ''): string | undefined {
  return /(…|[.。]$|[?？؟])/.exec(text)?.[0].replace('。', '.').replace(/[？؟]/, '?')
}
