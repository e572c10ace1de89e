/** What `npm run verify:live` has found, as a page to read and to send along. */

export interface Step {
  name: string
  passed: boolean
  /** What was seen. Of words only those that the script itself has said or asked for. */
  seen: string
}

/** One of the open questions of the provider's protocol. */
export interface Answer {
  question: string
  /** Null: it could not be found out. */
  answer: string | null
  why: string
}

export interface Findings {
  against: string
  at: Date
  steps: readonly Step[]
  answers: readonly Answer[]
  /** USD, by the price table; of calls made past the broker. */
  spentOnQuestions: number
}

export function written({ against, at, steps, answers, spentOnQuestions }: Findings): string {
  const failed = steps.filter(({ passed }) => !passed).length
  return [
    `# Parley against ${against}`,
    '',
    `${at.toISOString()} · ${steps.length - failed} of ${steps.length} steps passed · questions cost ${spentOnQuestions.toFixed(4)} USD by the price table`,
    '',
    '| | step | seen |',
    '| --- | --- | --- |',
    ...steps.map(({ name, passed, seen }) => `| ${passed ? '✓' : '✗'} | ${cell(name)} | ${cell(seen)} |`),
    '',
    '| question | answer | how it was found |',
    '| --- | --- | --- |',
    ...answers.map(
      ({ question, answer, why }) => `| ${cell(question)} | ${cell(answer ?? 'not found out')} | ${cell(why)} |`,
    ),
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
