/** The console's page (docs/console.md). */
import { render } from 'preact'
import { App } from './app.tsx'
import { enterWithLink } from './lib/session.ts'
import './style/tokens.css'
import './style/shell.css'
import './style/parts.css'
import './style/views.css'
import './style/timeline.css'
import 'uplot/dist/uPlot.min.css'

const root = document.getElementById('app')
if (!root) throw new Error('The page has no place for the console')
void enterWithLink()
render(<App />, root)
