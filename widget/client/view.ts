/** What the conversation shows outside: signals for the UI, events for the page. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { AgentFace } from '../../protocol/api.ts'
import type { Activity } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import type { Path } from './path.ts'
import type { ConversationEvent, ConversationState, Mode, Question, ShownImage, Trouble, TurnTaking } from './types.ts'

export function createView() {
  const listeners = new Set<(event: ConversationEvent) => void>()
  const state = signal<ConversationState>('idle')
  const trouble = signal<Trouble | null>(null)

  function emit(event: ConversationEvent): void {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        // A mistake of the website's must not end a call.
        reportError(error)
      }
    }
  }

  const shown = {
    state: state as ReadonlySignal<ConversationState>,
    trouble: trouble as ReadonlySignal<Trouble | null>,
    mode: signal<Mode>('voice'),
    items: signal<readonly Item[]>([]),
    activity: signal<Activity>('listening'),
    atWork: signal<readonly string[]>([]),
    questions: signal<readonly Question[]>([]),
    images: signal<ReadonlyMap<string, ShownImage>>(new Map()),
    muted: signal(false),
    turnTaking: signal<TurnTaking>('free'),
    echoes: signal<ReadonlySet<string>>(new Set()),
    /** How the sound of the running call travels. */
    path: signal<Path | null>(null),
    /** ms since 1970 when the running call went live, null otherwise. A rollover does not change it. */
    liveSince: signal<number | null>(null),
    face: signal<AgentFace | null>(null),
  }

  return {
    ...shown,
    /** The signals alone. */
    shown,
    emit,
    setState(next: ConversationState): void {
      const previous = state.value
      if (next === previous) return
      state.value = next
      emit({ type: 'state', state: next, previous })
    },
    setTrouble(next: Trouble | null): void {
      trouble.value = next
      if (next) emit({ type: 'trouble', trouble: next })
    },
    on(listener: (event: ConversationEvent) => void): () => void {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    /** No listener hears anything any more. */
    silence: () => listeners.clear(),
  }
}

export type View = ReturnType<typeof createView>
