/**
 * The widget only asks whether data fits a schema, never why not. So its build leaves out how valibot words and collects the
 * reasons, and the interface to other libraries: 0.4 kB (brotli) of what every visitor fetches, and work for each schema.
 */
import type { Plugin } from 'vite'

/** What takes the place of valibot's functions. An issue must still be an object of its own, for a path is written to it. */
const SHORT = {
  _addIssue: `(context, _label, dataset) {
    if (context.kind === 'schema') dataset.typed = false
    dataset.issues ??= []
    dataset.issues.push({})
  }`,
  _stringify: '() {}',
  _joinExpects: '() {}',
  _standardSchema: '(schema) { return schema }',
}

export const SHORT_SCHEMAS: Plugin = {
  name: 'short-schemas',
  transform: {
    filter: { id: /node_modules\/valibot\/dist\/index\.mjs$/ },
    handler: (code) => shortened(code),
  },
}

/** @throws when a new version of valibot has other functions */
export function shortened(code: string): string {
  return Object.entries(SHORT).reduce((text, [name, short]) => {
    const whole = new RegExp(`^function ${name}\\([^]*?^}`, 'm')
    if (!whole.test(text))
      throw new Error(`valibot has no function ${name}: scripts/lib/short-schemas.ts is to be looked at`)
    return text.replace(whole, `function ${name}${short}`)
  }, code)
}
