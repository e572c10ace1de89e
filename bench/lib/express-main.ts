/** What many build first: an Express server that keeps the key and hands the offer on. `node express-main.ts PORT`. */
import express, { type NextFunction, type Request, type Response } from 'express'
import concierge from '../../agents/concierge.ts'

const { OPENAI_BASE_URL, OPENAI_API_KEY } = process.env
const { model, voice, instructions } = concierge
const SESSION = JSON.stringify({ type: 'realtime', model, instructions, audio: { output: { voice } } })
const TIMEOUT_MS = 15_000

const app = express()
app.disable('x-powered-by')
app.get('/', (_, response) => void response.send('ok'))

app.post('/', express.json({ limit: '64kb' }), async (request, response) => {
  const sdp: unknown = request.body?.sdp
  if (typeof sdp !== 'string' || !sdp.startsWith('v=0')) {
    response.status(400).json({ error: 'sdp is missing' })
    return
  }
  const body = new FormData()
  body.set('sdp', new Blob([sdp], { type: 'application/sdp' }))
  body.set('session', new Blob([SESSION], { type: 'application/json' }))
  const answer = await fetch(`${OPENAI_BASE_URL}/realtime/calls`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${OPENAI_API_KEY}` },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!answer.ok) throw new Error(`the provider answered ${answer.status}`)
  response.status(201).json({ sdp: await answer.text() })
})

app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  response.status(502).json({ error: 'the call could not be started' })
})

const server = app.listen(Number(process.argv[2]), '127.0.0.1')
server.keepAliveTimeout = 60_000
