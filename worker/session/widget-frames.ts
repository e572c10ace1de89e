/** What a widget says on its event socket, and to whom that goes. */
import type { ClientFrame } from '../../protocol/frames.ts'
import type { Conversation } from './conversation.ts'
import type { SessionRow } from './store.ts'

/** False where nothing was asked about what it answers. @param isCurrent the frame came over the newest socket */
export function takeFrame(
  frame: ClientFrame,
  session: SessionRow,
  conversation: Conversation,
  isCurrent: () => boolean,
): boolean {
  switch (frame.type) {
    case 'text':
      conversation.type(session, frame.id, frame.text)
      return true
    case 'talk':
      conversation.talk(frame.on)
      return true
    case 'context':
      conversation.page.set(frame.text)
      return true
    case 'connected':
      conversation.connected(frame.call)
      return true
    case 'interrupt':
      conversation.interrupt()
      return true
    default:
      return isCurrent() && conversation.tools.answered(frame)
  }
}
