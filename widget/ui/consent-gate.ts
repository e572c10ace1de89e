/**
 * Some agents want the visitor to agree to something first. Who goes on with a conversation has agreed when it began, unless the
 * broker says that it was to other words.
 */
import { computed, signal } from '@preact/signals'
import type { Conversation } from '../client/types.ts'

export function createConsent(conversation: Conversation) {
  const { face, mode, resumable, state, trouble } = conversation
  const isAgreed = signal(false)
  /** What the visitor, or the page, wanted to do meanwhile. */
  const waiting: (() => void)[] = []
  const isRefused = () => trouble.value?.code === 'consent_required'
  const isAsked = computed(() => {
    const isAtRest = state.value === 'idle' || state.value === 'ended'
    const isFirst = isAtRest && !isAgreed.value && !resumable.value
    return (isFirst || isRefused()) && face.value?.consent !== undefined
  })
  return {
    isAsked,
    /** True: not now, but when the visitor agrees. */
    holds(act: () => void): boolean {
      if (isAsked.value) waiting.push(act)
      return isAsked.value
    },
    agree(lang: string): void {
      // Refused by the broker: it is begun again. While a conversation in writing goes on it was a call.
      if (isRefused())
        waiting.push(() => void conversation.start({ mode: state.value === 'live' ? 'voice' : mode.value }))
      conversation.agree(lang)
      isAgreed.value = true
      for (const act of waiting.splice(0)) act()
    },
  }
}
