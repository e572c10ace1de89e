/** An assistant with a face of your own, and beside it the widget, each against a script in place of a broker. */
import { ParleyWidget, useParley } from 'parley/react'
import { scriptedBroker } from 'parley/testing'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

const script = scriptedBroker({ greeting: 'Welcome.', turns: [{ say: (heard) => `You wrote: ${heard}` }] })
const other = scriptedBroker({ name: 'Harbour House', turns: [{ say: 'From the widget.' }] })

const root = document.querySelector('#root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Assistant />
      <ParleyWidget agent="concierge" broker={other.url} transport={other.transport} />
    </StrictMode>,
  )
}

function Assistant() {
  // With a real broker: its origin, and no transport.
  const { parley, state, items, error } = useParley({
    broker: script.url,
    agent: 'concierge',
    transport: script.transport,
  })
  return (
    <section>
      <button type="button" onClick={() => void (state === 'live' ? parley?.end() : parley?.start())}>
        {state === 'live' ? 'Hang up' : 'Talk to us'}
      </button>
      <output>{error ? error.code : state}</output>
      <ol>
        {items.map(({ id, role, text }) => (
          <li key={id} data-role={role}>
            {text}
          </li>
        ))}
      </ol>
      <form
        action={(form: FormData) => {
          parley?.send(String(form.get('text')))
        }}
      >
        <input name="text" aria-label="Write to us" />
      </form>
    </section>
  )
}
