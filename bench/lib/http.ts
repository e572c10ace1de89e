/** Requests over connections that are kept, with as little of our own in between as possible. */
import { Agent, request as nodeRequest } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers?: Record<string, string>
  body?: string
}

/** @throws Error when the status is not 2xx: a number made of failures would be worthless */
export function request(url: string, { method = 'GET', headers = {}, body = '' }: Ask = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body)
    const sent = nodeRequest(url, { agent, method, headers: { ...headers, 'Content-Length': length } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode = 0 } = response
        if (statusCode >= 200 && statusCode < 300) resolve(text)
        else reject(new Error(`${method} ${url}: ${statusCode} ${text}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
