/** Worker thread of `voice.ts`: a sentence takes some 100 ms of computing, in which media must not stand still. */
import { answerJobs } from './answer-jobs.ts'
import { findFlite, loadFlite } from './flite.ts'
import type { Spoken } from './voice.ts'

const path = findFlite()
if (!path) throw new Error('The voice is not installed.')
const flite = loadFlite(path)

answerJobs<string, Spoken>(async (text) => (await flite).speak(text))
