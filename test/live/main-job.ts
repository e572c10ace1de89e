/** The main job, in a real browser through the real broker: talk, interrupt, use a tool, reload, go on, hang up. */
import type { BrowserContext, Page } from '@playwright/test'
import { spokenWav } from '../e2e/support/microphone.ts'
import { speak, withSpeechOnDemand } from '../e2e/support/speech-on-demand.ts'
import { type ThreadItem, type Visitor, visit } from '../e2e/support/visitor.ts'
import type { Step } from './report.ts'

/** A real provider is slower than the simulator, and a tool may be asked for twice. ms */
const PATIENCE_MS = 45_000

export async function mainJob(context: BrowserContext, url: string, dir: string): Promise<Step[]> {
  const steps: Step[] = []
  /** What fails is told, and the rest is tried all the same. */
  const step = async (name: string, run: () => Promise<string>) => {
    try {
      steps.push({ name, passed: true, seen: await run() })
    } catch (error) {
      steps.push({ name, passed: false, seen: firstLine(error) })
    }
  }
  await withSpeechOnDemand(context)
  const page = await context.newPage()
  const visitor = await visit(page, url)
  const say = async (words: string) => speak(page, await spokenWav(dir, words))

  await step('A call is made', async () => {
    const from = Date.now()
    await visitor.startTalking()
    await visitor.until('live', PATIENCE_MS)
    return `live after ${Date.now() - from} ms`
  })
  await step('The assistant greets', async () => textOf(await answer(visitor, 0)))
  await step('A spoken question is written down', async () => {
    await say('What is the capital of France?')
    const fits = (items: ThreadItem[]) => items.some(({ role, text }) => role === 'user' && /france/i.test(text))
    return textOf((await visitor.thread(fits, 'the question', PATIENCE_MS)).find(({ role }) => role === 'user'))
  })
  await step('It is answered', async () => {
    const said = textOf(await answer(visitor, 1))
    if (!/paris|france/i.test(said)) throw new Error(`not an answer: ${said}`)
    return said
  })
  await step('An interrupted answer keeps what was heard', async () => {
    const before = (await visitor.items()).length
    await say('Tell me a long story.')
    await visitor.nextActivity('speaking', PATIENCE_MS)
    await page.waitForTimeout(3_000)
    await say('Stop, thank you very much.')
    const fits = (items: ThreadItem[]) => items.slice(before).some(({ status }) => status === 'interrupted')
    const items = await visitor.thread(fits, 'an interrupted answer', PATIENCE_MS)
    return `${textOf(items.slice(before).find(({ status }) => status === 'interrupted')).length} characters kept`
  })
  await step('A tool is used', async () => {
    const before = assistantTurns(await visitor.items()).length
    await type(page, 'When do you open today? Use the tool opening hours.')
    const fits = (items: ThreadItem[]) =>
      assistantTurns(items)
        .slice(before)
        .some(({ text }) => /seven|7/i.test(text))
    await visitor.thread(fits, 'the result of the tool', PATIENCE_MS)
    return 'its result was said'
  })
  await step('After a reload the thread is there', async () => {
    const before = (await visitor.items()).length
    await page.reload()
    const items = await visitor.thread((all) => all.length >= before, 'the same thread', PATIENCE_MS)
    return `${items.length} items`
  })
  await step('The conversation goes on, and it is remembered', async () => {
    await page
      .getByRole('button', { name: /continue/i })
      .first()
      .click()
    await visitor.until('live', PATIENCE_MS)
    const before = assistantTurns(await visitor.items()).length
    await type(page, 'What did I say before? Please repeat my question about a country.')
    const fits = (items: ThreadItem[]) =>
      assistantTurns(items)
        .slice(before)
        .some(({ text }) => /france|paris/i.test(text))
    await visitor.thread(fits, 'a memory of the first call', PATIENCE_MS)
    return 'the question of the first call was named'
  })
  await step('Hanging up ends the call', async () => {
    await page.getByRole('button', { name: /hang up/i }).click()
    await visitor.until('ended', PATIENCE_MS)
    return 'ended'
  })
  return steps
}

/** The assistant's turn of this number, when it was finished. */
async function answer(visitor: Visitor, number: number): Promise<ThreadItem | undefined> {
  const finished = (items: ThreadItem[]) => assistantTurns(items)[number]?.status === 'completed'
  return assistantTurns(await visitor.thread(finished, `answer ${number + 1}`, PATIENCE_MS))[number]
}

function assistantTurns(items: ThreadItem[]): ThreadItem[] {
  return items.filter(({ role, text }) => role === 'assistant' && text !== '')
}

async function type(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text)
  await page.getByRole('textbox').press('Enter')
}

const textOf = (item: ThreadItem | undefined) => item?.text ?? ''

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
