/** Turns one brand colour into colours that can be read, in light and in dark. */

import type { AgentTheme } from '../../protocol/api.ts'

type Rgb = readonly [number, number, number]

/** Surfaces of the panel. */
export const SURFACE = { light: '#ffffff', dark: '#17191e' } as const
export const DEFAULT_ACCENT = '#3455db'

const WHITE: Rgb = [255, 255, 255]
const INK: Rgb = [11, 13, 16]
const BLACK: Rgb = [0, 0, 0]
/** WCAG 2.2, 1.4.3: text. */
const TEXT_RATIO = 4.5
/** WCAG 2.2, 1.4.11: shapes that carry meaning. */
const SHAPE_RATIO = 3

/** How it looks, from the website's attributes and the agent's face. */
export interface Theme {
  /** `#rrggbb`; anything else counts as the default accent. */
  accent: string
  /** `auto`: as the visitor's system. */
  scheme: Scheme
  /** Of the panel's corners, px; all other corners follow. */
  radius: number
}

export type Scheme = 'auto' | 'light' | 'dark'

/** Corners of the panel without another wish, px. */
const RADIUS = 24

/** What the website says wins over what the agent says. */
export function themeOf(
  website: { accent: string; scheme: Scheme | '' },
  { accent, scheme, radius }: AgentTheme,
): Theme {
  return {
    accent: website.accent || accent || DEFAULT_ACCENT,
    scheme: website.scheme || scheme || 'auto',
    // From the network: nothing but a number gets into the stylesheet.
    radius: Number.isFinite(radius) ? Number(radius) : RADIUS,
  }
}

export interface Palette {
  /** Fill of buttons and of the visitor's bubbles: at least 3:1 against the surface. */
  fill: string
  /** Text on the fill: at least 4.5:1. */
  onFill: string
  /** The accent as text on the surface: at least 4.5:1. */
  text: string
}

/** Colours for one scheme, made from `accent` (`#rrggbb`; anything else counts as the default accent). */
export function palette(accent: string, scheme: 'light' | 'dark'): Palette {
  const brand = parse(accent) ?? (parse(DEFAULT_ACCENT) as Rgb)
  const surface = parse(SURFACE[scheme]) as Rgb
  const fill = readable(brand, surface, SHAPE_RATIO)
  const onFill = [WHITE, INK].find((colour) => ratio(colour, fill) >= TEXT_RATIO) ?? BLACK
  return { fill: format(fill), onFill: format(onFill), text: format(readable(brand, surface, TEXT_RATIO)) }
}

/** Contrast of two `#rrggbb` colours by WCAG 2.2, 1…21. */
export function contrast(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)]
  if (!first || !second) throw new Error('contrast() needs two #rrggbb colours')
  return ratio(first, second)
}

/** What a website may set by custom property (docs/widget.md, Tokens) and what it is otherwise, beside what the accent gives. */
const NEUTRALS = {
  light: {
    surface: SURFACE.light,
    text: '#171a1f',
    soft: '#5a6270',
    line: '#e6e8ec',
    raised: '#f2f4f7',
    field: '#868f9f',
    danger: '#d12f3c',
    shadow: '0 1px 3px #0f172a14,0 16px 48px #0f172a2e',
  },
  dark: {
    surface: SURFACE.dark,
    text: '#eef0f3',
    soft: '#a6aebb',
    line: '#2b2f37',
    raised: '#24282f',
    field: '#6a7382',
    danger: '#d53b47',
    shadow: '0 1px 3px #0006,0 16px 48px #0009',
  },
} as const

/** Share of the brand colour in the ground of what the visitor says: its text stays readable on any. */
const TINT = { light: '14%', dark: '28%' } as const

/** Signs of what needs attention; not a token, since it stands on a ground of its own. */
const WARNING = { light: '#a86400', dark: '#f0b44c' } as const

/** Custom properties of the widget's root, as a stylesheet. What the website says of a token wins over `theme`. */
export function themeCss({ accent, scheme, radius }: Theme): string {
  const rules = (of: 'light' | 'dark') => {
    const { fill, onFill, text } = palette(accent, of)
    const tokens = Object.entries(NEUTRALS[of]).map(([name, value]) => `--${name}:var(--parley-${name},${value});`)
    return `.root{color-scheme:${of};--fill:${fill};--on-fill:${onFill};--accent:${text};--warn:${WARNING[of]};--tint:${TINT[of]};${tokens.join('')}}`
  }
  const round = `.root{--r:var(--parley-radius,${radius}px)}`
  if (scheme !== 'auto') return round + rules(scheme)
  return `${round}${rules('light')}@media (prefers-color-scheme:dark){${rules('dark')}}`
}

function parse(hex: string): Rgb | undefined {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim())
  if (!match) return undefined
  const [, r = '', g = '', b = ''] = match
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)]
}

function format(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** Moves `colour` away from `against` in small steps until the contrast is reached. */
function readable(colour: Rgb, against: Rgb, atLeast: number): Rgb {
  const goal = luminance(against) > 0.18 ? BLACK : WHITE
  for (let step = 0; step < 40; step++) {
    const mixed = mix(colour, goal, step / 40)
    if (ratio(mixed, against) >= atLeast) return mixed
  }
  return goal
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share)
  return [channel(0), channel(1), channel(2)]
}

function ratio(a: Rgb, b: Rgb): number {
  const [la, lb] = [luminance(a), luminance(b)]
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05)
}

/** Relative luminance of sRGB, 0…1. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
