import { type ParleyElement, ParleyWidget } from 'parley/react'
import { StrictMode, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'

const root = document.querySelector('#root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
}

function Page() {
  const assistant = useRef<ParleyElement>(null)
  const [state, setState] = useState('idle')
  return (
    <>
      <h1>Harbour House</h1>
      <button type="button" onClick={() => assistant.current?.open()}>
        Ask our concierge
      </button>
      <p>Assistant: {state}</p>
      <ParleyWidget
        ref={assistant}
        agent="concierge"
        broker="https://YOUR-BROKER"
        onState={(detail) => setState(detail.state)}
      />
    </>
  )
}
