/** What of the panel is fetched only when somebody wants it. */
import { lazy } from './lazy.tsx'
import type { PanelModel } from './panel-model.ts'
import { troubleText } from './texts.ts'

/** Microphone, loudspeaker, the transcript to take along, and forgetting. */
export const More = lazy(async () => (await import('./more.tsx')).More)
/** From the card to the panel and back. */
export const CardToggle = lazy(async () => (await import('./card-toggle.tsx')).CardToggle)
/** The button of push-to-talk. */
export const HoldToTalk = lazy(async () => (await import('./hold-to-talk.tsx')).HoldToTalk)
/** What is left of the call. */
export const LimitLine = lazy(async () => (await import('./limit-line.tsx')).LimitLine)
/** Asks how it was. */
export const Rating = lazy(async () => (await import('./rating.tsx')).Rating)
/** What the visitor agrees to before anything begins. */
export const Consent = lazy(async () => (await import('./consent.tsx')).Consent, OutOfReach)

/** In the place of what nothing goes on without. */
function OutOfReach({ model }: { model: PanelModel; onDone: () => void }) {
  return (
    <p class="banner" part="banner" role="alert">
      {troubleText(model.texts.value, { code: 'broker_unreachable' }).title}
    </p>
  )
}
