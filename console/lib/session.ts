/** Who has logged in. The admin token itself is kept nowhere: the broker gives a cookie for it that no script can read. */
import { signal } from '@preact/signals'
import type { Me } from '../../protocol/console.ts'
import { ApiError, get, send } from './api.ts'

/** `undefined`: not known yet. An error: nobody, and why. */
export const me = signal<Me | ApiError | undefined>(undefined)

export async function lookWhoIsThere(): Promise<void> {
  try {
    me.value = await get<Me>('/me')
  } catch (error) {
    me.value = asApiError(error)
  }
}

/** @throws ApiError */
export async function logIn(token: string): Promise<void> {
  await send('POST', '/login', { token: token.trim() })
  await lookWhoIsThere()
}

export async function logOut(): Promise<void> {
  await send('POST', '/logout').catch(() => {})
  await lookWhoIsThere()
}

/** `npm start` prints a link with the token behind `#`, which no server gets to see. It is taken out of the address at once. */
export async function enterWithLink(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return lookWhoIsThere()
  history.replaceState(null, '', `${location.pathname}#/`)
  await logIn(token).catch((error: unknown) => {
    me.value = asApiError(error)
  })
}

/** Something was refused because the login has run out. */
export function noteRefusal(error: unknown): void {
  if (error instanceof ApiError && error.code === 'console_login') me.value = error
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  console.error('Parley console: unexpected', error)
  return new ApiError({ code: 'unexpected', title: 'Something went wrong in this page', todo: 'Reload it.' })
}
