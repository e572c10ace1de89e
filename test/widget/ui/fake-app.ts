/** The app chunk with a story in the place of a broker. The story is named in the page's address: `?story=speaking`. */
import { mountApp } from '../../../widget/ui/mount.tsx'
import type { AppModule } from '../../../widget/ui/shell.ts'
import { createFakeConversation } from './fake-conversation.ts'
import './fake-app.globals.ts'
import { STORIES } from './stories.ts'

export const createApp: AppModule['createApp'] = (shell) =>
  mountApp(shell, (options) => {
    const name = new URLSearchParams(location.search).get('story') ?? 'welcome'
    const fake = createFakeConversation(options, STORIES[name] ?? {})
    window.fake = fake
    return fake
  })
