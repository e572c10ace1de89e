/** Entry of the lazily loaded part: everything needed to talk. */
import { createConversation } from './client/conversation.ts'
import { pageLanguages, pickLanguage } from './ui/language.ts'
import { loadTexts } from './ui/load-texts.ts'
import { mountApp } from './ui/mount.tsx'
import type { AppModule } from './ui/shell.ts'
import { LANGUAGES } from './ui/texts.ts'

/** Waited for, so that nobody sees English first. */
export const ready: AppModule['ready'] = loadTexts(pickLanguage(LANGUAGES, pageLanguages(), 'en'))

export const createApp: AppModule['createApp'] = (shell) => mountApp(shell, createConversation)
