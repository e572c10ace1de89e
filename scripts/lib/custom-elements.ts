/**
 * `<parley-widget>` as a Custom Elements Manifest (schema 2.1.0, https://github.com/webcomponents/custom-elements-manifest), for editors
 * and catalogues. A test (test/widget/npm/custom-elements.test.ts) names what the element has and this has not.
 */
/** `type`: as TypeScript writes it. */
interface Described {
  type: string
  description: string
  default?: string
}

const STATE = "'idle' | 'connecting' | 'live' | 'reconnecting' | 'ended'"

const attributes: Record<string, Described> = {
  agent: { type: 'string', description: 'Name of the agent. Another one ends the conversation of the one before.' },
  broker: { type: 'string', description: 'Origin of the broker; by default where widget.js came from.' },
  lang: { type: 'string', description: 'Language of the buttons: en, de, also de-AT.' },
  mode: { type: "'voice' | 'text'", description: 'text offers no microphone.', default: 'voice' },
  accent: { type: 'string', description: "Brand colour as #rrggbb; wins over the agent's own.", default: '#3455db' },
  scheme: {
    type: "'auto' | 'light' | 'dark'",
    description: "Wins over the agent's own; auto follows the visitor's system.",
    default: 'auto',
  },
  layout: {
    type: "'panel' | 'card' | 'inline'",
    description: 'Over the page, as a small card over the page, or where the element stands.',
    default: 'panel',
  },
  rating: { type: "'true'", description: 'A visitor who hangs up is asked how it was.' },
  texts: { type: 'string', description: "JSON: words in the place of the widget's." },
  state: { type: STATE, description: 'Set by the widget, to read and to style by. Do not set it.' },
}

const properties: Record<string, Described> = {
  state: { type: STATE, description: 'As the attribute.' },
  items: { type: 'ParleyItem[]', description: 'The conversation so far, in its order.' },
}

/** `takes`: parameters, of which those with a `?` may be left out. */
const methods: Record<string, { takes: Record<string, string>; gives: string; description: string }> = {
  open: { takes: {}, gives: 'Promise<void>', description: 'Shows the panel. Resolves when it is there.' },
  close: { takes: {}, gives: 'Promise<void>', description: 'Hides the panel; a call goes on.' },
  start: {
    takes: { 'options?': "{ mode?: 'voice' | 'text' }" },
    gives: 'Promise<void>',
    description: "Opens the panel and starts or continues. Call it inside the visitor's click.",
  },
  end: { takes: {}, gives: 'Promise<void>', description: 'Hangs up and keeps the conversation.' },
  send: {
    takes: { text: 'string' },
    gives: 'Promise<void>',
    description: 'Sends typed text, at most 8,000 characters; starts a text conversation when nothing is running.',
  },
  setMuted: {
    takes: { muted: 'boolean' },
    gives: 'Promise<void>',
    description: 'Switches the microphone off, or on again, for the running call.',
  },
  onTool: {
    takes: { name: 'string', handler: '(args: unknown, context: { signal: AbortSignal }) => unknown' },
    gives: '() => void',
    description: 'This page does a tool of the assistant. Answers what takes the handler away again.',
  },
  setContext: {
    takes: { data: 'unknown' },
    gives: 'void',
    description: 'What is on the page, for the assistant to know: text or JSON, 4 kB at most; null takes it back.',
  },
}

const events: Record<string, Described> = {
  'parley-state': {
    type: 'CustomEvent<{ state: ParleyState, previous: ParleyState }>',
    description: 'The state changed.',
  },
  'parley-item': {
    type: 'CustomEvent<ParleyItem>',
    description: 'An item is new, changed its status, or has its words.',
  },
  'parley-notice': { type: 'CustomEvent<ParleyNotice>', description: 'The broker reported something.' },
  'parley-rating': {
    type: "CustomEvent<{ score: 'good' | 'bad' }>",
    description: 'A visitor said how the conversation was.',
  },
  'parley-error': { type: 'CustomEvent<ParleyError>', description: 'Something went wrong, or needs the visitor.' },
}

/** Of `::part()`. */
const cssParts: Record<string, string> = {
  launcher: 'The button.',
  badge: 'On it: how many messages came while the panel was closed.',
  panel: 'Also the small card that the button shows while it loads.',
  header: 'Who one talks with.',
  avatar: 'The picture in the header.',
  thread: 'The conversation.',
  bubble: 'One turn of it, with user, assistant or person: ::part(bubble user).',
  call: 'Mute, what is going on, hang up.',
  composer: 'The text box with its button.',
  banner: 'What went wrong.',
  question: 'What the visitor is asked before a tool runs.',
  more: 'Devices, transcript, forgetting.',
  consent: 'What the visitor is asked to agree to.',
  rating: 'How it was.',
}

/** Custom properties that a page may set on the element. */
const cssProperties: Record<string, string> = {
  '--parley-font': 'Font families.',
  '--parley-radius': 'Corners of the panel; those of buttons and bubbles follow.',
  '--parley-edge': 'Between the widget and the edges of the window.',
  '--parley-width': 'Of the panel.',
  '--parley-height': 'Of the panel; it never leaves the window. Of the box, for inline.',
  '--parley-z': 'Z-index; not for inline.',
  '--parley-surface': 'Ground, in light and in dark. The contrast of the brand colour is computed for these two.',
  '--parley-text': 'Words.',
  '--parley-soft': 'Less important words.',
  '--parley-line': 'Lines between parts.',
  '--parley-raised': 'Ground of quiet buttons and of cards.',
  '--parley-field': 'Border of what one writes or chooses in.',
  '--parley-danger': 'Hang up, erase; under white.',
  '--parley-shadow': 'Box-shadow of button and panel.',
}

export function customElements(version: string) {
  const module = 'element.js'
  return {
    schemaVersion: '2.1.0',
    readme: 'README.md',
    modules: [
      {
        kind: 'javascript-module',
        path: module,
        declarations: [
          {
            kind: 'class',
            customElement: true,
            name: 'ParleyElement',
            tagName: 'parley-widget',
            summary: `A live voice assistant: a button, and a panel that it opens (Parley ${version}).`,
            superclass: { name: 'HTMLElement' },
            attributes: Object.entries(attributes).map(([name, how]) => ({ name, ...typed(how) })),
            members: [
              ...Object.entries(properties).map(([name, how]) => ({
                kind: 'field',
                name,
                readonly: true,
                ...typed(how),
              })),
              ...Object.entries(methods).map(([name, { takes, gives, description }]) => ({
                ...{ kind: 'method', name, description },
                parameters: Object.entries(takes).map(([parameter, type]) => ({
                  name: parameter.replace('?', ''),
                  ...(parameter.endsWith('?') ? { optional: true } : {}),
                  type: { text: type },
                })),
                return: { type: { text: gives } },
              })),
            ],
            events: Object.entries(events).map(([name, how]) => ({ name, ...typed(how) })),
            cssParts: named(cssParts),
            cssProperties: named(cssProperties),
          },
        ],
        exports: [
          {
            kind: 'custom-element-definition',
            name: 'parley-widget',
            declaration: { name: 'ParleyElement', module },
          },
        ],
      },
    ],
  }
}

function typed({ type, ...more }: Described) {
  return { type: { text: type }, ...more }
}

function named(table: Readonly<Record<string, string>>) {
  return Object.entries(table).map(([name, description]) => ({ name, description }))
}
