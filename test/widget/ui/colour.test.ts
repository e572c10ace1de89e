import { expect, test } from 'vitest'
import { contrast, DEFAULT_ACCENT, palette, SURFACE, themeCss, themeOf } from '../../../widget/ui/colour.ts'

/** Brand colours from pale to black, with the ones that usually go wrong: yellow, lime, mid grey. */
const BRANDS = [
  '#ffffff',
  '#ffe600',
  '#b6ff00',
  '#f5a9b8',
  '#808080',
  '#ff0000',
  '#0f6e84',
  '#6b4fd8',
  '#001a66',
  '#000000',
]

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.478, 3)
  expect(contrast('#123456', '#123456')).toBe(1)
  expect(() => contrast('red', '#ffffff')).toThrow('#rrggbb')
})

for (const scheme of ['light', 'dark'] as const) {
  test.each(BRANDS)(`%s can be read in ${scheme}`, (brand) => {
    const { fill, onFill, text } = palette(brand, scheme)
    expect(contrast(fill, SURFACE[scheme])).toBeGreaterThanOrEqual(3)
    expect(contrast(onFill, fill)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(text, SURFACE[scheme])).toBeGreaterThanOrEqual(4.5)
  })
}

test('a brand colour that can be read stays as it is', () => {
  expect(palette('#0f6e84', 'light')).toEqual({ fill: '#0f6e84', onFill: '#ffffff', text: '#0f6e84' })
})

test('what is no colour counts as the default, and cannot smuggle styles in', () => {
  expect(palette('', 'light').fill).toBe(DEFAULT_ACCENT)
  const look = { accent: DEFAULT_ACCENT, scheme: 'auto', radius: 24 } as const
  expect(themeCss({ ...look, accent: 'red}body{display:none' })).toBe(themeCss(look))
  const hostile = { accent: '#123456', radius: '0}body{display:none' as unknown as number }
  expect(themeOf({ accent: '', scheme: '' }, hostile).radius).toBe(24)
})

test('a scheme may be fixed; what the website says wins over what the agent says', () => {
  const look = { accent: '#0f6e84', radius: 8 } as const
  const dark = themeCss({ ...look, scheme: 'dark' })
  expect(dark).toContain(SURFACE.dark)
  expect(dark).not.toContain(`surface,${SURFACE.light}`)
  expect(dark).not.toContain('@media')
  expect(themeCss({ ...look, scheme: 'auto' })).toContain('@media (prefers-color-scheme:dark)')
  const agent = { accent: '#6b4fd8', scheme: 'light', radius: 8 } as const
  expect(themeOf({ accent: '', scheme: '' }, agent)).toEqual(agent)
  expect(themeOf({ accent: '#0f6e84', scheme: 'auto' }, agent)).toEqual({ ...look, scheme: 'auto' })
})
