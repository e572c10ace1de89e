/**
 * The shop's own server: what a webhook tool asks. Yours may be in any language; it has to check the signature, answer JSON, and
 * take a `webhook-id` that comes again for the same request.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import * as v from 'valibot'

const ToolCallSchema = v.object({
  type: v.literal('tool.call'),
  data: v.object({ tool: v.string(), arguments: v.object({ order: v.string() }) }),
})

interface Order {
  state: 'packed' | 'on its way' | 'delivered' | 'cancelled'
  arrives?: string
}

export interface Orders {
  /** Such as `http://localhost:8790`. */
  url: string
  /** What the shop knows now, by number. */
  orders: ReadonlyMap<string, Order>
  close(): Promise<void>
}

/** @param secret the one that signs, the same as the broker's TOOL_SHOP */
export async function startOrders({ port, secret }: { port: number; secret: string }): Promise<Orders> {
  const webhook = new Webhook(secret)
  const orders = new Map<string, Order>([
    ['A-1042', { state: 'on its way', arrives: 'on Tuesday' }],
    ['A-1043', { state: 'packed', arrives: 'on Thursday' }],
    ['B-2001', { state: 'delivered' }],
  ])
  /** Answers by `webhook-id`: a request that comes again is not carried out again. */
  const answered = new Map<string, Order | { problem: string }>()

  const carryOut = (tool: string, number: string): Order | { problem: string } => {
    const order = orders.get(number)
    if (!order) return { problem: `There is no order ${number}. Ask for the number again.` }
    if (tool !== 'cancel_order') return order
    if (order.state !== 'packed') return { problem: `It is ${order.state} and cannot be cancelled any more.` }
    const cancelled: Order = { state: 'cancelled' }
    orders.set(number, cancelled)
    return cancelled
  }

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      const body = await textOf(request)
      const id = request.headers['webhook-id']
      const { data } = v.parse(ToolCallSchema, webhook.verify(body, request.headers as Record<string, string>))
      const known = answered.get(String(id)) ?? carryOut(data.tool, data.arguments.order)
      answered.set(String(id), known)
      answer(200, known)
    } catch (error) {
      const { status, problem } = refusalOf(error)
      console.error(`orders: ${status}:`, error instanceof Error ? error.message : error)
      answer(status, { problem })
    }
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return { url: `http://localhost:${portOf(server)}`, orders, close: () => closed(server) }
}

/** Whose fault it is: a sender that nobody knows, one that sends nonsense, or this server. */
function refusalOf(error: unknown): { status: number; problem: string } {
  // Forged, changed or older than five minutes.
  if (error instanceof WebhookVerificationError) return { status: 401, problem: 'not for you' }
  if (error instanceof SyntaxError || error instanceof v.ValiError) return { status: 400, problem: 'no call of a tool' }
  return { status: 500, problem: 'something is broken here' }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of request.setEncoding('utf8')) body += piece
  return body
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The shop has no port')
  return address.port
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
