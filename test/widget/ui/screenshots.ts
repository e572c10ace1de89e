/**
 * `npm run screenshots:widget`: the widget's states, as visitors see them, on contact sheets for looking at. The conversations are scripted
 * (stories.ts). Names of stories as arguments take only those; `--docs` writes the pictures of docs/images instead.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { browserArgs } from '../../../scripts/lib/browser-args.ts'
import { ensureChromium } from '../../../scripts/lib/chromium.ts'
import { inProject } from '../../../scripts/lib/paths.ts'
import { openGallery } from './gallery.ts'
import { STORIES, TWELVE } from './stories.ts'

const WIDTHS = [360, 768, 1280] as const
const SCHEMES = ['light', 'dark'] as const
const HEIGHT = 740
const OUT = inProject('test-results/screenshots')

/** The pictures of README.md and docs/widget.md. */
const PICTURES = [
  { file: 'call.png', story: 'speaking', width: 1280, height: 760, scheme: 'light' },
  { file: 'call-dark.png', story: 'speaking', width: 1280, height: 760, scheme: 'dark' },
  { file: 'phone.png', story: 'thinking', width: 390, height: 760, scheme: 'light' },
] as const

interface Shot {
  story: string
  width: number
  height: number
  scheme: 'light' | 'dark'
  path: string
}

const gallery = await openGallery()
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: browserArgs() })
try {
  if (process.argv.includes('--docs')) await takePictures()
  else await takeSheets()
} finally {
  await browser.close()
  await gallery.close()
}

async function takePictures(): Promise<void> {
  for (const { file, ...what } of PICTURES) await shoot(browser, [{ ...what, path: inProject('docs/images', file) }])
}

async function takeSheets(): Promise<void> {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !(name in STORIES))
  if (unknown.length > 0) throw new Error(`There is no story ${unknown.join(', ')}: ${Object.keys(STORIES).join(', ')}`)
  const stories = asked.length > 0 ? asked : TWELVE
  await rm(OUT, { recursive: true, force: true })
  await mkdir(OUT, { recursive: true })
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      const shots = stories.map((story) => {
        return { story, width, height: HEIGHT, scheme, path: join(OUT, `${story}-${width}-${scheme}.png`) }
      })
      await shoot(browser, shots)
      await pasteUp(shots, join(OUT, `sheet-${width}-${scheme}.png`))
    }
  }
  console.log(`${stories.length * WIDTHS.length * SCHEMES.length} pictures and their contact sheets are in ${OUT}`)
}

/** All of one size and scheme in one page after the other. */
async function shoot(from: Browser, shots: readonly Shot[]): Promise<void> {
  const [first] = shots
  if (!first) return
  const context = await from.newContext({
    viewport: { width: first.width, height: first.height },
    colorScheme: first.scheme,
    deviceScaleFactor: first.width < 500 ? 2 : 1,
  })
  const page = await context.newPage()
  for (const { story, path } of shots) {
    await show(page, story)
    await page.screenshot({ path, animations: 'disabled' })
  }
  await context.close()
}

async function show(page: Page, story: string): Promise<void> {
  await page.goto(`${gallery.url}/?story=${story}`)
  const launcher = page.locator('parley-widget .launcher')
  await launcher.waitFor()
  await page.evaluate((attributes) => {
    for (const [name, value] of Object.entries(attributes)) window.parley?.setAttribute(name, value)
  }, STORIES[story]?.attributes ?? {})
  if (STORIES[story]?.attributes?.layout === 'inline') {
    await page.evaluate(() => document.querySelector('h1')?.before(window.parley ?? ''))
  }
  if (story !== 'closed') await launcher.click()
  await page.mouse.move(0, 0)
  // Levels settle, and what is fetched on demand is there.
  await page.waitForTimeout(500)
}

/** Shots beside one another, each under its story's name, small enough to be looked at together. */
async function pasteUp(shots: readonly Shot[], path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1800, height: 800 } })
  const columns = (shots[0]?.width ?? 0) < 500 ? 6 : (shots[0]?.width ?? 0) < 1000 ? 4 : 3
  await page.route('http://sheet/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1)
    const body = `<style>body{display:grid;grid-template-columns:repeat(${columns},1fr);gap:12px;font:14px sans-serif;background:#888}
      figure{margin:0}img{inline-size:100%}</style>${shots.map(figure).join('')}`
    await (name ? route.fulfill({ path: join(OUT, name) }) : route.fulfill({ body, contentType: 'text/html' }))
  })
  await page.goto('http://sheet/')
  await page.screenshot({ path, fullPage: true })
  await page.close()
}

function figure({ story, path }: Shot): string {
  return `<figure><figcaption>${story}</figcaption><img src="/${path.slice(OUT.length + 1)}" /></figure>`
}
