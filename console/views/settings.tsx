/** What `npm run doctor` says of this deployment. */
import type { Settings } from '../../protocol/console.ts'
import { useLoad } from '../lib/load.ts'
import { Head, ProblemBox, Skeleton } from '../parts/basics.tsx'

const SIGNS = { wrong: ['✗', 'Wrong'], warning: ['!', 'To know of'], good: ['✓', 'Good'] } as const
const ORDER = ['wrong', 'warning', 'good'] as const

export function SettingsView() {
  const { data, error, reload } = useLoad<Settings>('/settings')
  return (
    <>
      <Head title="Settings check">
        <button type="button" class="quiet" onClick={reload}>
          Check again
        </button>
      </Head>
      <p class="muted">
        Secrets, prices, websites, models and the clock, as the Worker itself sees them. Nothing is spent.
      </p>
      {error && <ProblemBox error={error} retry={reload} />}
      {!data && !error && <Skeleton lines={8} />}
      {ORDER.map((state) => {
        const found = data?.findings.filter((finding) => finding.state === state) ?? []
        if (found.length === 0) return null
        const [sign, title] = SIGNS[state]
        return (
          <section key={state} class={`card findings ${state}`}>
            <h2>
              {title} <span class="muted number">{found.length}</span>
            </h2>
            <ul>
              {found.map(({ what, todo }) => (
                <li key={what}>
                  <span class="sign" aria-hidden="true">
                    {sign}
                  </span>
                  <div>
                    <p>{what}</p>
                    {todo && <p class="muted">{todo}</p>}
                  </div>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </>
  )
}
