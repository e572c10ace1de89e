/** A call from its greeting to its end, with everything in it that a policy of the page could forbid. */
import { expect } from '@playwright/test'
import { loudness, speechIn } from './listening.ts'
import { startRecording, stopRecording } from './recording.ts'
import type { ThreadItem, Visitor } from './visitor.ts'

/** Begins with the visitor's tap: Firefox on a busy machine takes its time to open sound devices. */
const PATIENCE_MS = 60_000

export interface WholeCall {
  /** The agent speaks first. */
  greets: boolean
  /** Says a question into the visitor's microphone. */
  ask(): Promise<void>
}

/** Heard, spoken, written down, typed, hung up. */
export async function expectWholeCall(visitor: Visitor, { greets, ask }: WholeCall): Promise<void> {
  const { page } = visitor
  const greeted = greets ? hasSpoken(visitor) : undefined
  await visitor.startTalking()
  await visitor.until('live', PATIENCE_MS)
  await greeted
  await startRecording(page)
  const answered = hasSpoken(visitor)
  await ask()
  await answered
  await visitor.thread(isAnswered(1), 'the question and the answer in words', PATIENCE_MS)
  const recording = await stopRecording(page)
  const [answer] = speechIn(recording).slice(-1)
  expect(loudness(recording, answer?.startMs, answer?.endMs), 'the answer is heard').toBeGreaterThan(300)

  await page.getByRole('textbox').fill('and a cot?')
  await page.getByRole('textbox').press('Enter')
  await visitor.thread(isAnswered(2), 'the answer to what was written')
  const hungUp = page.waitForResponse(/\/end$/)
  await page.getByRole('button', { name: 'Hang up' }).click()
  await visitor.until('ended')
  expect(await (await hungUp).finished()).toBeNull()
}

/** From now on: the assistant began to speak and came to its end. */
async function hasSpoken(visitor: Visitor): Promise<void> {
  await visitor.nextActivity('speaking', PATIENCE_MS)
  await visitor.nextActivity('listening', PATIENCE_MS)
}

/** What the visitor said for the n-th time, in words, and the answer to it: the simulator repeats what it was told. */
function isAnswered(turn: number): (items: ThreadItem[]) => boolean {
  return (items) => {
    const said = items.filter((item) => item.role === 'user')[turn - 1]?.text
    const repeats = (item: ThreadItem) => item.role === 'assistant' && item.text === `You said: ${said}`
    return Boolean(said) && items.some((item) => repeats(item) && item.status === 'completed')
  }
}
