/** What the frames of a widget set going. */
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Conversation } from './conversation.ts'
import type { SessionRow, Store } from './store.ts'

/**
 * So many items more than `limits.sessionItems` there may be: what the assistant was about to say, and a few texts that are told
 * of the cap. What is typed beyond is not kept.
 */
const SPARE_ITEMS = 20

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
  store: Pick<Store, 'item' | 'itemCount'>,
): ErrorFrame | null {
  if ((frame.type === 'text' || frame.type === 'image') && isFull(frame.id, session, store)) {
    return {
      type: 'error',
      code: 'budget_exhausted',
      detail: 'this conversation is as long as it may be',
      id: frame.id,
    }
  }
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

/** A repeat of what is stored is no new item. */
function isFull(id: string, { agent }: SessionRow, store: Pick<Store, 'item' | 'itemCount'>): boolean {
  return store.itemCount() >= agent.limits.sessionItems + SPARE_ITEMS && store.item(id) === null
}
