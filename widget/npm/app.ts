/** The lazily loaded part of the element, on the browser or on what a test hands in. */
import { createConversation } from '../client/conversation.ts'
import type { Ports } from '../device/ports.ts'
import { mountApp } from '../ui/mount.tsx'
import type { AppModule } from '../ui/shell.ts'

export function appOn(ports: Partial<Ports> | undefined): AppModule {
  return { createApp: (shell) => mountApp(shell, (options) => createConversation(options, ports)) }
}
