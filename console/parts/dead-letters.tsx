/** Events that the site owner's server would not take. */
import type { DeadLetter } from '../../protocol/console.ts'
import { send } from '../lib/api.ts'
import { counted, dateAndTime } from '../lib/format.ts'
import { Ask } from './ask.tsx'
import { Badge } from './basics.tsx'

interface Props {
  letters: readonly DeadLetter[]
  /** Path that has them sent again. */
  resend: string
  reload: () => void
}

export function DeadLetters({ letters, resend, reload }: Props) {
  if (letters.length === 0) return null
  const sendAgain = async () => {
    await send('POST', resend)
    reload()
  }
  return (
    <section class="card dead-letters">
      <header>
        <h2>{counted(letters.length, 'event')} given up</h2>
        <Ask
          label="Send again"
          title="Send these events again?"
          text="They are tried as if they had just happened, in their order, for two days. Your server may have seen some of them: the ids are the same."
          yes="Send again"
          act={sendAgain}
        />
      </header>
      <ul>
        {letters.map(({ id, type, at, cause }) => (
          <li key={id}>
            <code>{type}</code> <span class="muted">{dateAndTime(at)}</span> <Badge tone="bad">{cause}</Badge>
          </li>
        ))}
      </ul>
    </section>
  )
}
