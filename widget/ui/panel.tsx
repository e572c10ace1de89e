/** The panel: what is shown when. */
import { useRef } from 'preact/hooks'
import type { Item } from '../../protocol/item.ts'
import type { Trouble } from '../client/types.ts'
import { CallBar } from './call-bar.tsx'
import { Composer } from './composer.tsx'
import { ContinueBar } from './continue-bar.tsx'
import { Consent, LimitLine, More, Rating } from './extras.tsx'
import { Header } from './header.tsx'
import { createKeys } from './keys.ts'
import { LevelRing } from './level-ring.tsx'
import type { PanelModel } from './panel-model.ts'
import { Questions } from './questions.tsx'
import { Thread } from './thread.tsx'
import { TroubleBanner } from './trouble-banner.tsx'
import { Welcome } from './welcome.tsx'

export interface PanelProps {
  model: PanelModel
  /** The visitor closed the panel by hand. */
  onClose: () => void
}

export function Panel({ model, onClose }: PanelProps) {
  const { conversation } = model
  const panel = useRef<HTMLDivElement>(null)
  const textBox = useRef<HTMLTextAreaElement>(null)
  const view = whatToShow(model)

  /** For buttons that vanish with their own click: the focus must not fall out of the panel. */
  const keepFocus = () => panel.current?.focus({ preventScroll: true })

  const startVoice = () => {
    void model.start('voice')
    keepFocus()
  }

  const takeWay = (way: Trouble['ways'][number]) => {
    model.takeWay(way)
    if (way === 'text') textBox.current?.focus()
    else keepFocus()
  }

  const closeMore = () => {
    model.isMoreOpen.value = false
    panel.current?.querySelector<HTMLElement>('[aria-expanded]')?.focus()
  }

  const keys = createKeys(model, { panel, escape: () => (model.isMoreOpen.value ? closeMore() : onClose()) })

  return (
    <div
      class={`panel${model.isCompact.value ? ' compact' : ''}`}
      part="panel"
      role="dialog"
      aria-label={model.name.value}
      tabIndex={-1}
      ref={panel}
      {...keys}
    >
      <Header model={model} onClose={onClose} />
      <div class="below">
        {model.isMoreOpen.value && <More model={model} onForgotten={keepFocus} />}
        {view.consent ? (
          <Consent model={model} onDone={keepFocus} />
        ) : (
          <div class="rest" inert={model.isMoreOpen.value}>
            {view.welcome && <Welcome model={model} onStart={startVoice} />}
            {view.thread && <Thread model={model} />}
            {view.invitation && (
              <section class="invitation">
                {view.call && <LevelRing model={model} large />}
                <p>{invitationWords(model)}</p>
              </section>
            )}
            <Questions model={model} onDone={keepFocus} />
            <TroubleBanner model={model} onWay={takeWay} />
            {model.limit.value && <LimitLine model={model} limit={model.limit.value} />}
            {view.call && (
              <CallBar
                model={model}
                onHangUp={() => {
                  void conversation.end()
                  keepFocus()
                }}
              />
            )}
            {view.rating && <Rating model={model} onDone={keepFocus} />}
            {view.canContinue && (
              <ContinueBar
                model={model}
                onContinue={() => {
                  void model.start()
                  keepFocus()
                }}
              />
            )}
            <Composer model={model} box={textBox} onVoice={view.canCall ? startVoice : undefined} />
          </div>
        )}
      </div>
    </div>
  )
}

/** Which parts are there. The panel stays in the page while closed, so that the thread keeps its place. */
function whatToShow(model: PanelModel) {
  const { conversation } = model
  const state = conversation.state.value
  const running = state === 'connecting' || state === 'live' || state === 'reconnecting'
  const thread = model.lines.value.length > 0
  const welcome = !thread && !running
  const call = running && conversation.mode.value === 'voice'
  /** The banner offers the ways on. */
  const troubled = (conversation.trouble.value?.ways.length ?? 0) > 0
  const over = isOverForToday(conversation.trouble.value)
  const canContinue = thread && !running && conversation.resumable.value && !troubled && !over
  return {
    consent: model.asksConsent.value,
    welcome,
    thread,
    /** A call runs, but nothing was said yet. */
    invitation: !thread && running,
    call,
    rating: model.settings.value.rating && state === 'ended' && conversation.items.value.some(isOfVisitor),
    canContinue,
    /** The text box offers to talk where no other button does. */
    canCall: model.settings.value.mode === 'voice' && !welcome && !call && !canContinue && !troubled && !over,
  }
}

function isOfVisitor({ role }: Item): boolean {
  return role === 'user'
}

/** The banner has just said so: what starts a call would only be refused. */
function isOverForToday(trouble: Trouble | null): boolean {
  const what = trouble?.code === 'limit_reached' ? trouble.cause : trouble?.code
  return what !== undefined && ['budget_exhausted', 'visitor_budget_exhausted', 'day_cap', 'visitor_cap'].includes(what)
}

function invitationWords(model: PanelModel): string {
  const { state, mode } = model.conversation
  const words = model.texts.value
  if (state.value === 'live') return mode.value === 'voice' ? words.goAhead : words.textHint
  return state.value === 'reconnecting' ? words.reconnecting : words.connecting
}
