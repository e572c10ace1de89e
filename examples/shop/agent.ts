/** A shop's assistant that looks orders up in the shop's own system, and cancels one when the customer agrees. */
import * as v from 'valibot'
import { defineAgent } from '../../protocol/agent.ts'
import { endCall } from '../../protocol/built-in-tools.ts'
import { webhookTool } from '../../protocol/webhook-tool.ts'

const Order = v.pipe(v.string(), v.regex(/^[A-Z]-\d{3,6}$/, 'a letter, a dash and the number, such as A-1042'))

/** @param shop origin of the shop's server (orders.ts), which both tools ask */
export const shopAgent = (shop: string) =>
  defineAgent({
    name: 'Fern & Clay',
    tagline: 'Ask about pots, plants and your order',
    greeting: 'Hello from Fern and Clay. What can I do for you?',
    instructions: `You are the assistant of Fern & Clay, a small shop for house plants and hand-made pots.
Speak like a friendly shopkeeper: one or two short sentences, then let the customer speak.

Facts:
- Orders leave within two working days and take three more. Shipping is free from 60 euros.
- Plants that arrive broken are replaced; a photo by mail is enough. Pots may be sent back within 30 days.

Rules:
- Ask for the order's number before you look it up. It is a letter, a dash and digits: repeat it, because speech mishears.
- Never guess where an order is: use order_status. To cancel one use cancel_order; the customer is asked on the screen.
- When all is said, say goodbye and hang up with end_call.`,
    tools: [
      webhookTool({
        name: 'order_status',
        description: 'Where an order is and when it will arrive.',
        parameters: v.object({ order: Order }),
        url: `${shop}/order-status`,
        secretName: 'TOOL_SHOP',
        idempotent: true,
        label: 'Looking up the order',
      }),
      webhookTool({
        name: 'cancel_order',
        description: 'Cancels an order that has not left yet.',
        parameters: v.object({ order: Order }),
        confirm: ({ order }) => `Cancel order ${order}? The money goes back to your card.`,
        url: `${shop}/cancel-order`,
        secretName: 'TOOL_SHOP',
        label: 'Cancelling the order',
      }),
      endCall(),
    ],
    origins: ['https://www.fern-and-clay.example'],
    theme: { accent: '#2f6b4f' },
  })
