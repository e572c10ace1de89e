/** Turns one brand colour into colours that can be read, in light and in dark. */

type Rgb = readonly [number, number, number]

/** Surfaces of the panel; the stylesheets use the same values. */
export const SURFACE = { light: '#ffffff', dark: '#17191e' } as const
export const DEFAULT_ACCENT = '#3455db'

const WHITE: Rgb = [255, 255, 255]
const INK: Rgb = [11, 13, 16]
const BLACK: Rgb = [0, 0, 0]
/** WCAG 2.2, 1.4.3: text. */
const TEXT_RATIO = 4.5
/** WCAG 2.2, 1.4.11: shapes that carry meaning. */
const SHAPE_RATIO = 3

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

/** Custom properties of both schemes for the widget's root, as a stylesheet. */
export function themeCss(accent: string): string {
  const rules = (scheme: 'light' | 'dark') => {
    const { fill, onFill, text } = palette(accent, scheme)
    return `.root{--fill:${fill};--on-fill:${onFill};--accent:${text};--surface:${SURFACE[scheme]}}`
  }
  return `${rules('light')}@media (prefers-color-scheme:dark){${rules('dark')}}`
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
