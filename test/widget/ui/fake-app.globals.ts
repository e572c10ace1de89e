/** What fake-app.ts and the loader add to the page, for the tests' types. */
import type { ParleyElement } from '../../../widget/element.ts'
import type { FakeConversation } from './fake-conversation.ts'

declare global {
  interface Window {
    /** The scripted conversation behind the panel. */
    fake?: FakeConversation
    parley?: ParleyElement
  }
}
