/** Some agents want the visitor to agree to something first. Who goes on with a conversation has agreed when it began. */
import { computed, signal } from '@preact/signals'
import type { Conversation, Mode } from '../client/types.ts'

export function createConsent(conversation: Conversation) {
  const isAgreed = signal(false)
  /** What the visitor wanted to do. */
  let wanted: Mode | null = null
  const isAsked = computed(() => {
    const isAtRest = conversation.state.value === 'idle' || conversation.state.value === 'ended'
    return isAtRest && !isAgreed.value && !conversation.resumable.value && Boolean(conversation.face.value?.consent)
  })
  return {
    isAsked,
    /** True: not now. What is wanted happens when the visitor agrees. */
    holds(mode: Mode): boolean {
      if (isAsked.value) wanted = mode
      return isAsked.value
    },
    agree(): void {
      conversation.agree()
      isAgreed.value = true
      if (wanted) void conversation.start({ mode: wanted })
      wanted = null
    },
  }
}
