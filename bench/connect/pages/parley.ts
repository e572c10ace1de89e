/** A page with Parley's script tag and a button of its own, which calls `start()`. */
import type { ParleyElement } from '../../../widget/element.ts'
import type { BenchWindow } from '../window.ts'

const bench: BenchWindow = window
const widget = () => document.querySelector<ParleyElement>('parley-widget')

bench.benchPage = {
  talk: async () => await widget()?.start(),
  say: (text) => void widget()?.send(text),
  end: async () => await widget()?.end(),
}

document.querySelector('button')?.addEventListener('click', () => void bench.benchPage?.talk())
