/** A picture on its way into the composer: chosen, being made ready, or not to be had. What is ready is `model.image`. */
import { type Signal, signal } from '@preact/signals'
import type { ImageWay } from '../../protocol/image.ts'
import { ImageError, type ImageFlaw } from '../images/flaw.ts'
import { type PreparedImage, prepareFile } from '../images/prepare.ts'
import { canTakeScreen, prepareScreen } from '../images/screen.ts'
import type { PanelModel } from './panel-model.ts'

export type DraftState = 'rest' | 'choosing' | 'dropping' | 'preparing' | { flaw: ImageFlaw }

export interface ImageDraft {
  readonly state: Signal<DraftState>
  /** What is to be said of the picture that is ready. */
  readonly remark: Signal<'first' | 'one' | null>
  /** Ways that this agent takes and this device has. */
  ways(): ImageWay[]
  /** Pasted, dropped or chosen: the first file counts. */
  take(files: readonly Blob[]): Promise<void>
  takeScreen(): Promise<void>
  remove(): void
}

const drafts = new WeakMap<PanelModel, ImageDraft>()

/** The same for all parts of one panel. */
export function draftOf(model: PanelModel): ImageDraft {
  const draft = drafts.get(model) ?? createDraft(model)
  drafts.set(model, draft)
  return draft
}

function createDraft(model: PanelModel): ImageDraft {
  const state = signal<DraftState>('rest')
  const remark = signal<'first' | 'one' | null>(null)
  /** The newest wish counts. */
  let wish = 0

  async function prepare(work: () => Promise<PreparedImage | null>, isOneOfMany = false): Promise<void> {
    wish += 1
    const mine = wish
    state.value = 'preparing'
    const next = await work().catch((error: unknown) => ({ flaw: flawOf(error) }))
    if (mine !== wish) return
    if (next && 'flaw' in next) {
      state.value = next
      return
    }
    state.value = 'rest'
    if (!next) return
    const { isFirst, ...image } = next
    remark.value = isFirst ? 'first' : isOneOfMany ? 'one' : null
    model.image.value = image
  }

  return {
    state,
    remark,
    ways: () => (model.conversation.face.value?.images ?? []).filter(isThere),
    async take([file, ...more]) {
      if (file) await prepare(() => prepareFile(file), more.length > 0)
    },
    takeScreen: () => prepare(prepareScreen),
    remove() {
      wish += 1
      state.value = 'rest'
      remark.value = null
      model.image.value = null
    },
  }
}

/** Only phones and tablets open a camera for a file; others would show the same window twice. */
function isThere(way: ImageWay): boolean {
  if (way === 'screenshot') return canTakeScreen()
  return way === 'file' || matchMedia('(pointer: coarse)').matches
}

/** One that is not of ours is a fault of the widget: only its name goes to the console. */
function flawOf(error: unknown): ImageFlaw {
  if (error instanceof ImageError) return error.flaw
  console.error('Parley: unexpected', error instanceof Error ? error.name : typeof error)
  return 'broken'
}
