'use client'
import { ParleyWidget } from 'parley/react'

export function Assistant() {
  return (
    <ParleyWidget
      agent="concierge"
      broker="https://YOUR-BROKER"
      onState={({ state }) => {
        document.documentElement.dataset.assistant = state
      }}
    />
  )
}
