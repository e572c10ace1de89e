/** A button that asks once more before it does something that cannot be taken back. */
import { useRef, useState } from 'preact/hooks'
import type { ApiError } from '../lib/api.ts'
import { asApiError, noteRefusal } from '../lib/session.ts'

interface AskProps {
  /** On the button. */
  label: string
  title: string
  text: string
  /** On the button that does it. */
  yes: string
  isDanger?: boolean
  act: () => Promise<void>
}

export function Ask({ label, title, text, yes, isDanger = false, act }: AskProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const run = async () => {
    setBusy(true)
    setError(null)
    try {
      await act()
      dialog.current?.close()
    } catch (refusal) {
      noteRefusal(refusal)
      setError(asApiError(refusal))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" class={isDanger ? 'danger' : 'quiet'} onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} class="ask" aria-label={title}>
        <h2>{title}</h2>
        <p>{text}</p>
        {error && (
          <p class="problem-line" role="alert">
            {error.title}. {error.todo}
          </p>
        )}
        <div class="ask-actions">
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="button" class={isDanger ? 'danger solid' : 'solid'} disabled={isBusy} onClick={run}>
            {isBusy ? 'One moment …' : yes}
          </button>
        </div>
      </dialog>
    </>
  )
}
