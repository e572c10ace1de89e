/** The floor: a Worker that hands the offer on and checks nothing, keeps nothing, bounds nothing. */
import { askProvider, type ProviderEnv } from './ask-provider.ts'

export default {
  async fetch(request: Request, env: ProviderEnv): Promise<Response> {
    if (request.method === 'GET') return new Response('ok')
    const { sdp } = await request.json<{ sdp: string }>()
    const answer = await askProvider(env, sdp)
    return Response.json({ sdp: answer.sdp }, { status: 201 })
  },
}
