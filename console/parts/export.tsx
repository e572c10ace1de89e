/** Saves a transcript as a file. */
import { useState } from 'preact/hooks'
import { download } from '../lib/api.ts'
import { asApiError, noteRefusal } from '../lib/session.ts'

const FORMATS = [
  ['text/markdown', 'Markdown', 'md'],
  ['text/plain', 'Text', 'txt'],
  ['text/vtt', 'WebVTT', 'vtt'],
  ['application/x-ndjson', 'JSON Lines', 'jsonl'],
] as const

export function Export({ session }: { session: string }) {
  const [problem, setProblem] = useState('')
  const save = async (type: string) => {
    const format = FORMATS.find(([one]) => one === type)
    if (!format) return
    try {
      const url = URL.createObjectURL(await download(`/sessions/${session}/transcript`, type))
      const link = Object.assign(document.createElement('a'), { href: url, download: `${session}.${format[2]}` })
      link.click()
      URL.revokeObjectURL(url)
      setProblem('')
    } catch (error) {
      noteRefusal(error)
      setProblem(asApiError(error).title)
    }
  }
  return (
    <span class="export">
      <select
        aria-label="Export as"
        value=""
        onChange={(event) => {
          void save(event.currentTarget.value)
          event.currentTarget.value = ''
        }}
      >
        <option value="">Export …</option>
        {FORMATS.map(([type, name]) => (
          <option key={type} value={type}>
            {name}
          </option>
        ))}
      </select>
      {problem && (
        <span class="problem-line" role="alert">
          {problem}
        </span>
      )}
    </span>
  )
}
