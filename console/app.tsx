/** The frame around the views: who is here, where we are, where one can go. */
import type { Me } from '../protocol/console.ts'
import { ApiError } from './lib/api.ts'
import { linkTo, route } from './lib/route.ts'
import { logOut, lookWhoIsThere, me } from './lib/session.ts'
import { ProblemBox, Skeleton } from './parts/basics.tsx'
import { AgentsView } from './views/agents.tsx'
import { LiveView } from './views/live.tsx'
import { LoginView } from './views/login.tsx'
import { PlotsView } from './views/plots.tsx'
import { SessionView } from './views/session.tsx'
import { SessionsView } from './views/sessions.tsx'
import { SettingsView } from './views/settings.tsx'

const VIEWS = [
  ['live', 'Live'],
  ['sessions', 'Sessions'],
  ['plots', 'Plots'],
  ['agents', 'Agents'],
  ['settings', 'Settings'],
] as const

export function App() {
  const owner = me.value
  if (owner === undefined) return <Waiting />
  if (!(owner instanceof ApiError)) return <Frame owner={owner} />
  if (owner.code === 'console_login' || owner.code === 'console_off') return <LoginView error={owner} />
  return (
    <main class="login">
      <ProblemBox error={owner} retry={() => void lookWhoIsThere()} />
    </main>
  )
}

function Waiting() {
  return (
    <main class="login">
      <h1 class="hidden">Console</h1>
      <Skeleton />
    </main>
  )
}

function Frame({ owner }: { owner: Me }) {
  const { view } = route.value
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <nav class="nav" aria-label="Console">
        <p class="brand">
          Parley <span>console</span>
        </p>
        <ul>
          {VIEWS.map(([name, label]) => (
            <li key={name}>
              <a href={linkTo(name)} aria-current={view === name ? 'page' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
        <div class="who">
          <span class="muted">{owner.who ?? (owner.via === 'token' ? 'Admin token' : 'Service token')}</span>
          {owner.via === 'token' && (
            <button type="button" class="quiet" onClick={() => void logOut()}>
              Log out
            </button>
          )}
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        <View owner={owner} />
      </main>
    </div>
  )
}

function View({ owner }: { owner: Me }) {
  const { view, id, query } = route.value
  switch (view) {
    case 'sessions':
      return id ? <SessionView key={id} me={owner} id={id} /> : <SessionsView me={owner} query={query} />
    case 'plots':
      return <PlotsView me={owner} query={query} />
    case 'agents':
      return <AgentsView me={owner} />
    case 'settings':
      return <SettingsView />
    default:
      return <LiveView me={owner} />
  }
}
