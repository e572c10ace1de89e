/** For whoever has not shown yet that the site is theirs. */
import { useState } from 'preact/hooks'
import type { ApiError } from '../lib/api.ts'
import { asApiError, logIn } from '../lib/session.ts'

export function LoginView({ error }: { error: ApiError }) {
  const isOff = error.code === 'console_off'
  return (
    <main class="login">
      <div class="card">
        <p class="brand">Parley</p>
        <h1>{isOff ? 'The console is not set up' : 'Console'}</h1>
        {isOff ? <SetUp error={error} /> : <LoginForm first={error} />}
      </div>
    </main>
  )
}

/** That nobody has shown who they are yet needs no words; that something was wrong with it does. */
function hasDetail({ title }: ApiError): boolean {
  return title.endsWith(')')
}

function SetUp({ error }: { error: ApiError }) {
  return (
    <>
      {hasDetail(error) && <p class="problem-line">{error.title}.</p>}
      <p>It opens for the site owner only, so this deployment has to know who that is. Either:</p>
      <ol>
        <li>
          an admin token: <code>npx wrangler secret put PARLEY_ADMIN_TOKEN</code>, 32 characters or more;
        </li>
        <li>
          or Cloudflare Access: put <code>/console</code> behind an application, and its team domain and audience tag
          into <code>ACCESS_TEAM_DOMAIN</code> and <code>ACCESS_AUD</code> of wrangler.toml.
        </li>
      </ol>
      <p>On your own machine, npm start prints a link that opens it.</p>
    </>
  )
}

function LoginForm({ first }: { first: ApiError }) {
  const [token, setToken] = useState('')
  const [isBusy, setBusy] = useState(false)
  // That nobody has logged in yet is no mistake; a token that was wrong is.
  const [error, setError] = useState<ApiError | null>(
    first.code === 'console_login' && !hasDetail(first) ? null : first,
  )
  const submit = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    await logIn(token).catch((refusal: unknown) => setError(asApiError(refusal)))
    setBusy(false)
  }
  return (
    <form onSubmit={submit}>
      <label class="field">
        <span>Admin token</span>
        <input
          type="password"
          autocomplete="current-password"
          required
          value={token}
          aria-describedby="token-hint"
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <p id="token-hint" class="muted">
        The secret PARLEY_ADMIN_TOKEN of this deployment. On your own machine, npm start prints it.
      </p>
      {error && (
        <p class="problem-line" role="alert">
          {error.title}. {error.code === 'console_login' ? '' : error.todo}
        </p>
      )}
      <button type="submit" class="solid" disabled={isBusy}>
        {isBusy ? 'One moment …' : 'Log in'}
      </button>
    </form>
  )
}
