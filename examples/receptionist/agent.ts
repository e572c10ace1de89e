/** Answers the telephone of a practice: tells what it knows, connects to a person, hangs up. */
import * as v from 'valibot'
import { defineAgent } from '../../protocol/agent.ts'
import { endCall, transfer } from '../../protocol/built-in-tools.ts'
import { tool } from '../../protocol/tool.ts'

/** The number that `npm run phone` calls. */
export const NUMBER = '+4930123456'

/** In a practice this asks the calendar. */
const calendar = tool({
  name: 'calendar',
  description: 'The next free appointment.',
  parameters: v.object({}),
  execute: () => ({ day: 'Thursday', time: 'half past nine' }),
})

export const receptionist = defineAgent({
  name: 'Practice Dr. Winter',
  instructions: `You answer the telephone of a dentist's practice. One or two short sentences, then let the caller speak.

Facts:
- Open Monday to Friday from 8 am to 5 pm, in Garden Street 12.
- In pain: come at once, in the order of arrival.

Rules:
- For the next free appointment use calendar. You cannot book: for that connect to the front desk with transfer.
- Who asks for a person, or is upset, is connected at once.
- Never give medical advice. Say numbers and times the way people say them.
- When all is said, say goodbye and hang up with end_call.`,
  tools: [
    calendar,
    transfer({ to: [{ name: 'front_desk', number: '+4930123457', when: 'bookings, or a person is wanted' }] }),
    endCall(),
  ],
  phone: { numbers: [NUMBER], greeting: 'Practice Doctor Winter, good day. How can I help you?' },
  limits: { callSeconds: 600 },
  origins: ['https://www.dr-winter.example'],
})
