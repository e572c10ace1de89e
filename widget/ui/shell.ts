/** The seam between what is always there (element, loader) and what is loaded on intent (conversation, panel). */
import type { AgentTheme } from '../../protocol/api.ts'
import type { NoticeFrame } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import type { Score } from '../../protocol/rating.ts'
import type { PageTool } from '../client/page-tools.ts'
import type { ConversationState, Trouble } from '../client/types.ts'
import type { Language } from './language.ts'
import type { Mode, Settings } from './settings.ts'
import type { TextFiles } from './text-files.ts'

/** What the lazily loaded part tells the element. */
export interface ShellEvents {
  state(state: ConversationState, previous: ConversationState): void
  item(item: Item): void
  notice(notice: NoticeFrame): void
  trouble(trouble: Trouble): void
  /** What the button tells of a voice call; `call` is empty without one. */
  microphone(now: { call: string; muted: boolean }): void
  /** The panel was opened or closed. `refocus`: the visitor closed it by hand. */
  shown(open: boolean, refocus: boolean): void
  /** What the agent says of its looks, once its face is known. */
  theme(theme: AgentTheme): void
  /** The visitor said how it was. */
  rated(score: Score): void
  /** So many messages came while the panel was closed. */
  unread(count: number): void
}

export interface Shell extends ShellEvents {
  settings: Settings
  /** What the page and the visitor's browser speak, unless the website has said which language it wants. */
  languageFor(wish: string): Language
  textFiles: TextFiles
  /** Open shadow root of the element; the app adds its stylesheet. */
  root: ShadowRoot
  /** Where the panel is drawn. */
  slot: HTMLElement
  /** What the page does for the assistant, by name. */
  tools?: ReadonlyMap<string, PageTool> | undefined
  /** The agent's face, asked for beside the app, since a start needs both; null where that failed. */
  face?: Promise<Response | null> | undefined
}

/** What the element asks of the lazily loaded part. */
export interface App {
  readonly items: readonly Item[]
  /** @param options `focus: false` when nobody asked for it just now, as after a reload */
  open(options?: { focus?: boolean }): void | Promise<void>
  close(): void
  /** Inside the visitor's tap. */
  start(options?: { mode?: Mode }): Promise<void>
  end(): Promise<void>
  send(text: string): void
  setMuted(muted: boolean): void
  setContext(text: string): void
  configure(settings: Settings): void
  dispose(): void
}

/** Exported by the app chunk. */
export interface AppModule {
  createApp(shell: Shell): App
}
