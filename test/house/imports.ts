/** Reads import statements and holds them against design.md section 2, "Who may import whom". */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'

export interface Import {
  /** Project path of the importing file, with slashes. */
  from: string
  /** Project path of the imported file. */
  to: string
}

/** Which rooms a room may import from, besides itself. A room is a folder or a file; the longest name that fits counts. */
export type Arrows = Readonly<Record<string, readonly string[]>>

const arrows: Arrows = {
  protocol: [],
  agents: ['protocol'],
  'worker/index.ts': [
    'agents',
    'protocol',
    'worker',
    'worker/http',
    'worker/admission',
    'worker/session',
    'worker/ledger',
    'worker/ledger/ledger.ts',
    'worker/phone',
    'worker/provider',
  ],
  worker: ['protocol'],
  'worker/http': [
    ...[
      'protocol',
      'worker',
      'worker/admission',
      'worker/session',
      'worker/events',
      'worker/ledger',
      'worker/provider',
      'worker/phone',
      'worker/webhooks',
      'worker/console',
      'worker/records',
    ],
  ],
  'worker/admission': ['protocol', 'worker'],
  'worker/session': [
    'protocol',
    'worker',
    'worker/provider',
    'worker/ledger',
    'worker/tools',
    'worker/events',
    'worker/records',
  ],
  // Places of sessions, and what they answer.
  'worker/console': [
    'protocol',
    'worker',
    'worker/admission',
    'worker/session',
    'worker/ledger',
    'worker/provider',
    'worker/records',
  ],
  'worker/records': ['protocol', 'worker', 'worker/ledger', 'worker/provider'],
  'worker/tools': ['protocol', 'worker', 'worker/webhooks'],
  'worker/events': ['protocol', 'worker', 'worker/webhooks'],
  'worker/webhooks': ['protocol', 'worker'],
  'worker/phone': ['protocol', 'worker'],
  'worker/ledger': ['protocol', 'worker'],
  // The object: its modules know nothing of what is told of them.
  'worker/ledger/ledger.ts': ['protocol', 'worker', 'worker/ledger', 'worker/alerts'],
  'worker/alerts': ['protocol', 'worker', 'worker/ledger', 'worker/events', 'worker/records'],
  'worker/provider': ['protocol', 'worker'],
  widget: ['protocol', 'widget/ui', 'widget/client'],
  'widget/clock.ts': [],
  'widget/npm': ['protocol', 'widget', 'widget/clock.ts', 'widget/ui', 'widget/client', 'widget/device'],
  'widget/ui': ['protocol', 'widget/clock.ts', 'widget/client', 'widget/images'],
  'widget/images': ['protocol'],
  'widget/client': ['protocol', 'widget/clock.ts', 'widget/call', 'widget/audio', 'widget/device'],
  'widget/call': ['protocol', 'widget/clock.ts', 'widget/audio'],
  'widget/audio': ['protocol', 'widget/clock.ts'],
  'widget/device': ['protocol', 'widget/clock.ts'],
  console: ['protocol', 'console/views', 'console/parts', 'console/lib', 'console/style'],
  'console/views': ['protocol', 'console/parts', 'console/lib'],
  'console/parts': ['protocol', 'console/lib'],
  'console/lib': ['protocol'],
  'console/style': [],
  simulator: [],
  examples: [
    'protocol',
    'worker',
    'worker/http',
    'worker/admission',
    'worker/session',
    'worker/ledger',
    'worker/ledger/ledger.ts',
  ],
}

/** Every forbidden import, in words. */
export function violations(imports: readonly Import[], allowed: Arrows = arrows): string[] {
  return imports.flatMap(({ from, to }) => {
    const room = roomOf(from, allowed)
    if (room === undefined) return []
    const target = roomOf(to, allowed)
    const fine = target !== undefined && (target === room || allowed[room]?.includes(target))
    return fine ? [] : [`${from} imports ${to}: ${room} may import only ${allowed[room]?.join(', ') || 'itself'}`]
  })
}

function roomOf(path: string, allowed: Arrows): string | undefined {
  return Object.keys(allowed)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

/** Imports of our own files, of every kind: static, type-only, re-exports, dynamic, `import('…').Type`, worker URLs. */
export function importsOf(path: string, source: string): Import[] {
  const specifiers: string[] = []
  const take = (node: { type: string } | null | undefined) => {
    const text = node && stringOf(node)
    if (text) specifiers.push(text)
  }
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path} cannot be read: ${errors[0]?.message}`)
  new Visitor({
    ImportDeclaration: (node) => take(node.source),
    ExportNamedDeclaration: (node) => take(node.source),
    ExportAllDeclaration: (node) => take(node.source),
    ImportExpression: (node) => take(node.source),
    TSImportType: (node) => take(node.source),
    NewExpression(node) {
      const [target, base] = node.arguments
      const named = node.callee.type === 'Identifier' && node.callee.name === 'URL'
      if (named && base?.type === 'MemberExpression' && base.object.type === 'MetaProperty') take(target)
    },
  }).visit(program)
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({ from: path, to: posix.join(posix.dirname(path), specifier) }))
}

function stringOf(node: { type: string }): string | undefined {
  const literal = node as ESTree.Expression | ESTree.TSLiteralType
  if (literal.type === 'TSLiteralType') return stringOf(literal.literal)
  if (literal.type === 'TemplateLiteral') return literal.quasis[0]?.value.cooked ?? undefined
  return literal.type === 'Literal' && typeof literal.value === 'string' ? literal.value : undefined
}

/** Project paths of all TypeScript files in the folders. */
export function sources(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) =>
        relative(root, join(root, folder, name))
          .split(sep)
          .join('/'),
      )
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && statSync(join(root, path)).isFile()),
  )
}

/** The imports of all files in the folders. */
export function importsIn(root: string, folders: readonly string[]): Import[] {
  return sources(root, folders).flatMap((path) => importsOf(path, readFileSync(join(root, path), 'utf8')))
}
