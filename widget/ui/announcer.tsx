/** The live region: there before it has anything to say, and outside the panel, so that it speaks while that is closed. */
import type { PanelModel } from './panel-model.ts'

export function Announcer({ model }: { model: PanelModel }) {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {model.announcement}
    </div>
  )
}
