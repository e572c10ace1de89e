/** Some agents want the visitor to agree to something first. Who goes on with a conversation has agreed when it began. */
import { computed, signal } from '@preact/signals'
import type { Conversation } from '../client/types.ts'

export function createConsent(conversation: Conversation) {
  const { face, mode, resumable, state, trouble } = conversation
  const isAgreed = signal(false)
  /** What the visitor, or the page, wanted to do meanwhile. */
  const waiting: (() => void)[] = []
  const isAsked = computed(() => {
    const isAtRest = state.value === 'idle' || state.value === 'ended'
    return isAtRest && !isAgreed.value && !resumable.value && face.value?.consent !== undefined
  })
  return {
    isAsked,
    /** True: not now, but when the visitor agrees. */
    holds(act: () => void): boolean {
      if (isAsked.value) waiting.push(act)
      return isAsked.value
    },
    agree(): void {
      // Begun before the face was known, and refused by the broker: it is begun again.
      if (trouble.value?.code === 'consent_required') waiting.push(() => void conversation.start({ mode: mode.value }))
      conversation.agree()
      isAgreed.value = true
      for (const act of waiting.splice(0)) act()
    },
  }
}
