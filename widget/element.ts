/**
 * `<parley-widget>`: the button, and the methods, attributes and events that websites rely on.
 * Conversation and panel are loaded on intent; what is asked of the element before that waits for them.
 */
import type { AgentTheme } from '../protocol/api.ts'
import type { PageTool } from './client/page-tools.ts'
import { type PublicItem, publicItem } from './client/public-item.ts'
import type { ConversationState } from './client/types.ts'
import { fetchFace, type Source } from './source.ts'
import { type AppLoader, createAppLoader } from './ui/app-loader.ts'
import { themeOf } from './ui/colour.ts'
import { comeBack } from './ui/come-back.ts'
import { createFace, type Face } from './ui/face.ts'
import { languageFor } from './ui/language.ts'
import { nextTask } from './ui/next-task.ts'
import { createPageContext } from './ui/page-context.ts'
import { ATTRIBUTES, type Mode, readSettings, type Settings } from './ui/settings.ts'
import type { App, AppModule } from './ui/shell.ts'
import { rememberPanel } from './ui/tab-memory.ts'
import { createTextFiles, type TextFiles, textFilesBeside } from './ui/text-files.ts'
import { createWaitingLine } from './ui/waiting-line.ts'

const TAG = 'parley-widget'
/** `start()` shows the panel so much later (ms): drawing it takes as long as the offer and the microphone do, which come first. */
const PANEL_AFTER_MS = 50

let source: Source = { broker: '', appUrl: (broker) => broker }

/** Makes `<parley-widget>` known to the page; doing it again changes nothing. */
export function defineParley(from: Source): void {
  if (customElements.get(TAG)) return
  source = from
  customElements.define(TAG, ParleyElement)
}

/** Imported where there is no DOM (server rendering), the class must still be a class. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

export class ParleyElement extends Base {
  static readonly observedAttributes = ATTRIBUTES

  #face: Face | undefined
  #app: App | undefined
  #loader: AppLoader | undefined
  #textFiles: TextFiles | undefined
  /** The attempt to load the app that is under way; the outcome of an older one no longer counts. */
  #attempt: Promise<AppModule> | undefined
  /** The agent's face, on its way beside the app. */
  #early: Promise<Response | null> | undefined
  /** Somebody waits for the panel, so that loading and failing must be visible. */
  #panelWanted = false
  #state: ConversationState = 'idle'
  #agentTheme: AgentTheme = {}
  readonly #tools = new Map<string, PageTool>()
  readonly #context = createPageContext((text) => this.#app?.setContext(text))
  readonly #waiting = createWaitingLine()

  /** Shows the panel. Resolves when it is there. */
  open(): Promise<void> {
    this.#panelWanted = true
    return this.#withApp((app) => app.open())
  }

  /** Hides the panel; a running call goes on. */
  close(): Promise<void> {
    this.#dropWaiting()
    this.#app?.close()
    return Promise.resolve()
  }

  /** Starts or continues the conversation, with the panel open. Call it inside the visitor's click. */
  start(options?: { mode?: Mode }): Promise<void> {
    this.#panelWanted = true
    return this.#withApp((app) => {
      const started = app.start(options)
      setTimeout(() => this.#app === app && this.#panelWanted && app.open(), PANEL_AFTER_MS)
      return started
    })
  }

  /** Hangs up and keeps the conversation. */
  end(): Promise<void> {
    this.#dropWaiting()
    return this.#app?.end() ?? Promise.resolve()
  }

  /** Sends typed text; starts a text conversation when none is live. */
  send(text: string): Promise<void> {
    return this.#withApp((app) => app.send(text))
  }

  setMuted(muted: boolean): Promise<void> {
    return this.#withApp((app) => app.setMuted(muted))
  }

  /** This page does a tool of the assistant (docs/tools.md). Answers what takes the handler away again. */
  onTool(name: string, handler: PageTool): () => void {
    if (typeof handler !== 'function') throw new TypeError('onTool(name, handler): the handler is a function')
    this.#tools.set(name, handler)
    return () => void (this.#tools.get(name) === handler && this.#tools.delete(name))
  }

  /** What is on the page now, for the assistant to know: text or JSON, 4 kB at most; null takes it back. Starts nothing. */
  setContext(data: unknown): void {
    this.#context.set(data)
  }

  get state(): ConversationState {
    return this.#state
  }

  /** The conversation so far, in order. */
  get items(): PublicItem[] {
    return (this.#app?.items ?? []).map(publicItem)
  }

  connectedCallback(): void {
    this.setAttribute('state', this.#state)
    // In the page itself it takes its room at once, so that nothing moves afterwards.
    if (this.getAttribute('layout') === 'inline') this.#dress()
    void this.#appear()
  }

  /** Each in a task of its own: a page that has just loaded us has more to do. */
  async #appear(): Promise<void> {
    await nextTask()
    if (!this.isConnected) return
    this.#dress()
    await nextTask()
    this.#comeBack()
  }

  /** Shows again what this tab has talked about with this agent. */
  #comeBack(): void {
    if (this.#app) return
    comeBack(this.#settings(), (wasOpen) => {
      if (this.isConnected) void this.#withApp((app) => wasOpen && app.open({ focus: false }))
    })
  }

  /** Moving the element within the page is no goodbye: it is back before the microtask runs. */
  disconnectedCallback(): void {
    queueMicrotask(() => this.isConnected || this.#letGo())
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !(this.#face || this.#attempt)) return
    const isOther = name === 'agent' || name === 'broker'
    if (isOther) this.#letGo()
    this.#app?.configure(this.#settings())
    this.#dress()
    if (isOther) this.#comeBack()
  }

  #settings(): Settings {
    return readSettings((name) => this.getAttribute(name), source.broker)
  }

  #drawn(): Face {
    if (this.#face) return this.#face
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    this.#face = createFace(root, {
      click: () => this.#click(),
      intent: () => this.#appLoader().foresee(),
      retry: () => this.#retry(),
      dismiss: () => this.#dismiss(),
    })
    return this.#face
  }

  #dress(): void {
    const { lang, mode, texts, ...settings } = this.#settings()
    const language = languageFor(lang)
    const card = this.#textFiles?.have(language)?.card
    const theme = themeOf(settings, this.#agentTheme)
    this.#drawn().dress({ language, card, own: texts, theme, textOnly: mode === 'text' })
  }

  /** Runs `act` at once when the app is there, so that it is still inside the visitor's tap; else when it came. */
  #withApp(act: (app: App) => unknown): Promise<void> {
    if (this.#app) return Promise.resolve(act(this.#app)).then(() => undefined)
    const done = this.#waiting.wait(act)
    this.#load()
    return done
  }

  #appLoader(): AppLoader {
    const url = source.appUrl(this.#settings().broker)
    this.#textFiles ??= createTextFiles(source.texts ?? textFilesBeside(url))
    const files = this.#textFiles
    this.#loader ??= createAppLoader(
      url,
      () => files.load(languageFor(this.#settings().lang)).then(() => this.#dress()),
      source.load,
    )
    return this.#loader
  }

  #load(): void {
    if (this.#panelWanted) this.#drawn().showWaiting()
    if (this.#attempt) return
    this.#early = fetchFace(this.#settings(), source.fetch)
    const attempt = this.#appLoader().load()
    this.#attempt = attempt
    const isNewest = () => attempt === this.#attempt
    attempt.then(
      (module) => isNewest() && this.#launch(module),
      () => isNewest() && this.#fail(),
    )
  }

  #retry(): void {
    this.#appLoader().restart()
    this.#attempt = undefined
    this.#load()
  }

  #launch(module: AppModule): void {
    const face = this.#drawn()
    this.#attempt = undefined
    const [root, textFiles] = [this.shadowRoot, this.#textFiles]
    if (!root || !textFiles) return
    const app = module.createApp({
      settings: this.#settings(),
      languageFor,
      textFiles,
      root,
      slot: face.slot,
      face: this.#early,
      tools: this.#tools,
      state: (state, previous) => {
        this.#setState(state)
        this.#tell('parley-state', { state, previous })
      },
      item: (item) => this.#tell('parley-item', publicItem(item)),
      notice: (notice) => this.#tell('parley-notice', notice),
      trouble: (trouble) => this.#tell('parley-error', trouble),
      microphone: (now) => face.show(now),
      shown: (open, refocus) => {
        rememberPanel(this.#settings().agent, open)
        if (open) face.hideCard()
        face.show({ expanded: open, hidden: open })
        if (refocus) face.focusLauncher()
      },
      theme: (theme) => {
        this.#agentTheme = theme
        this.#dress()
      },
      rated: (score) => this.#tell('parley-rating', { score }),
      unread: (count) => face.show({ unread: count }),
    })
    this.#app = app
    this.#context.now()
    this.#waiting.serve(app)
  }

  #fail(): void {
    this.#attempt = undefined
    if (this.#panelWanted) this.#drawn().showFailure()
    this.#tell('parley-error', { code: 'broker_unreachable', ways: ['retry'] })
  }

  #click(): void {
    if (this.#drawn().cardShown) this.#dismiss()
    // Within the tap, for then the on-screen keyboard comes with the focus.
    else if (this.#app) void this.open()
    else setTimeout(() => this.isConnected && this.open())
  }

  /** The visitor closed the loader's card: what waited for the app is no longer wanted. */
  #dismiss(): void {
    this.#dropWaiting()
    this.#app?.close()
    this.#drawn().focusLauncher()
  }

  #dropWaiting(): void {
    this.#panelWanted = false
    this.#face?.hideCard()
    this.#waiting.drop()
  }

  #setState(state: ConversationState): void {
    this.#state = state
    this.setAttribute('state', state)
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }

  /** Ends everything that was started and goes back to the bare button. */
  #letGo(): void {
    this.#dropWaiting()
    this.#context.stop()
    this.#attempt = undefined
    this.#loader = undefined
    this.#textFiles = undefined
    this.#early = undefined
    this.#agentTheme = {}
    this.#app?.dispose()
    this.#app = undefined
    this.#setState('idle')
    this.#face?.show({ call: '', muted: false, expanded: false, hidden: false, unread: 0 })
  }
}
