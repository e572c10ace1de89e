/** What the doctor has found, in words for the terminal. */
import type { Finding } from '../../worker/console/doctor.ts'

export function diagnosis(findings: readonly Finding[]): string {
  const signs = { good: '✓', warning: '!', wrong: '✗' }
  const lines = findings.flatMap(({ state, what, todo }) => [
    `${signs[state]} ${what}`,
    ...(todo ? [`    ${todo}`] : []),
  ])
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length
  return [...lines, '', `${count('wrong')} wrong, ${count('warning')} to know of, ${count('good')} good`].join('\n')
}
