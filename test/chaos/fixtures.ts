import { readFileSync } from 'node:fs'
import { inProject } from '../../scripts/lib/paths.ts'

/** What Chromium offers. Nobody is behind it, so no media will flow. */
export const offer = readFileSync(inProject('test/fixtures/chromium-offer.sdp'), 'utf8')
