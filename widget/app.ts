/** Entry of the lazily loaded part: everything needed to talk. */
import { createConversation } from './client/conversation.ts'
import { mountApp } from './ui/mount.tsx'
import type { AppModule } from './ui/shell.ts'

export const createApp: AppModule['createApp'] = (shell) => mountApp(shell, createConversation)
