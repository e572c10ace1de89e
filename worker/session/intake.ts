/** What the frames of a widget set going. */
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Conversation } from './conversation.ts'
import type { SessionRow } from './store.ts'

type ErrorFrame = Extract<ServerFrame, { type: 'error' }>

/**
 * Answers why a frame was refused, null when it was taken.
 * @param isCurrent it came from the page that the session goes on with
 */
export function takeFrame(
  frame: ClientFrame,
  session: SessionRow,
  conversation: Conversation,
  isCurrent: () => boolean,
): ErrorFrame | null {
  switch (frame.type) {
    case 'text':
      conversation.type(session, frame.id, frame.text)
      return null
    case 'image': {
      const taken = conversation.images.take(frame, session)
      if ('code' in taken) return { type: 'error', ...taken, id: frame.id }
      conversation.type(session, frame.id, frame.text, taken.image)
      return null
    }
    case 'talk':
      conversation.talk(frame.on)
      return null
    case 'context':
      conversation.page.set(frame.text)
      return null
    case 'connected':
      conversation.rollover.connected(frame.call)
      return null
    case 'interrupt':
      conversation.interrupt()
      return null
    default:
      if (isCurrent() && conversation.tools.answered(frame)) return null
      return { type: 'error', code: 'bad_request', detail: 'nothing was asked about this item', id: frame.item }
  }
}
