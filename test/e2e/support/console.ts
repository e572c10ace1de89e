/** The console of a stack, as its owner opens it. */
import { createHash, randomBytes } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import type { ParleyElement } from '../../../widget/element.ts'
import type { Stack, StackOptions } from './stack.ts'

export const ADMIN_TOKEN = randomBytes(32).toString('hex')

/** What a stack needs so that its console opens. */
export const withConsole: Required<Pick<StackOptions, 'variables'>> = {
  variables: { ADMIN_TOKEN_SHA256: createHash('sha256').update(ADMIN_TOKEN).digest('hex') },
}

/** Through the link that `npm start` prints. Whatever the page's policy forbids or its scripts throw fails the test that looks at it. */
export async function openConsole(page: Page, { brokerUrl }: Pick<Stack, 'brokerUrl'>): Promise<string[]> {
  const troubles: string[] = []
  page.on('console', (message) => {
    // A refusal that the page shows in words is no trouble.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  await page.goto(`${brokerUrl}/console#token=${ADMIN_TOKEN}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Live calls')
  expect(page.url()).not.toContain(ADMIN_TOKEN)
  return troubles
}

export async function see(page: Page, view: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(new RegExp(`^${view}`))
}

/** A visitor types: with the stand-in for a microphone nobody knows what was heard. */
export async function write(page: Page, text: string): Promise<void> {
  await page.evaluate((words) => document.querySelector<ParleyElement>('parley-widget')?.send(words), text)
}
