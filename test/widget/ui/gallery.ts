/**
 * The story page: the built widget with scripted conversations on the demo website.
 * `node test/widget/ui/gallery.ts` serves it; every story is at `/?story=<name>`.
 */
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDemo } from '../../../demo/server.ts'
import { buildWidget } from '../../../scripts/build.ts'
import { STORIES } from './stories.ts'

export interface Gallery {
  /** The website. */
  url: string
  /** Where the widget's files come from. */
  assetsUrl: string
  close(): Promise<void>
}

/** Builds the widget with scripted conversations into a temporary folder and serves both origins. */
export async function openGallery(outDir = join(tmpdir(), `parley-gallery-${process.pid}`)): Promise<Gallery> {
  await buildWidget({ outDir, app: fileURLToPath(new URL('./fake-app.ts', import.meta.url)) })
  const assets = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://assets').pathname
    const known = /^\/(widget\.json|(v\/\w+\/)?(widget|assets\/[\w-]+)\.js)$/.test(path)
    const body = known ? await readFile(join(outDir, path)) : undefined
    response.writeHead(body ? 200 : 404, {
      'content-type': path.endsWith('.json') ? 'application/json' : 'text/javascript',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => assets.listen(0, '127.0.0.1', resolve))
  const address = assets.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const assetsUrl = `http://localhost:${address.port}`
  const demo = await createDemo({ port: 0, brokerUrl: assetsUrl })
  const close = async () => {
    await demo.close()
    assets.closeAllConnections()
    await new Promise((resolve) => assets.close(resolve))
    await rm(outDir, { recursive: true, force: true })
  }
  return { url: demo.url, assetsUrl, close }
}

if (import.meta.main) {
  const gallery = await openGallery()
  for (const story of Object.keys(STORIES)) console.log(`${gallery.url}/?story=${story}`)
}
