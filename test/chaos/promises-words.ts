/** Promises about what was said: nothing acknowledged is lost, doubled or reordered (1), and history is trusted (7). */
import type { ServerFrame } from '../../protocol/frames.ts'
import type { Item } from '../../protocol/item.ts'
import { eventOf, events, perhapsUnread } from './journal.ts'
import type { Evidence } from './promises.ts'

/** 1 */
export function nothingIsLost(evidence: Evidence): string[] {
  return [
    ...typedTexts(evidence),
    ...updates(evidence),
    ...wellFormed(evidence),
    ...putOnce(evidence),
    ...saidByTheProvider(evidence),
    ...providersOrder(evidence),
  ]
}

/** Each acknowledged text is there once, with its words, in the order of the acknowledgements. */
function typedTexts({ visitors, transcript }: Evidence): string[] {
  const typed = visitors.flatMap((visitor) => visitor.typed).filter(({ acknowledged }) => acknowledged)
  const wrong = typed.flatMap(({ id, text }) => {
    const kept = transcript.filter((item) => item.id === id)
    if (kept.length !== 1) return [`acknowledged text ${id} is there ${kept.length} times`]
    return kept[0]?.text === text ? [] : [`acknowledged text ${id} has become "${kept[0]?.text}"`]
  })
  const inOrder = visitors.flatMap(({ sockets }) => {
    const acks = sockets.flatMap(({ frames }) => frames.flatMap((frame) => (frame.type === 'ack' ? [frame.id] : [])))
    return sameOrder([...new Set(acks)], transcript, 'acknowledged texts')
  })
  return [...wrong, ...inOrder]
}

/** What an update said of a finished item still holds; of an assistant's turn less may turn out to have been heard. */
function updates({ visitors, transcript }: Evidence): string[] {
  return visitors.flatMap(({ sockets }) =>
    sockets.flatMap(({ frames }) => {
      const told = frames.filter((frame) => frame.type === 'update')
      const wrong = told.flatMap(({ item }) => contradiction(item, transcript))
      const numbers = told.map(({ seq }) => seq)
      const grows = numbers.every((seq, i) => i === 0 || seq > (numbers[i - 1] ?? 0))
      return [...new Set(wrong), ...(grows ? [] : [`update numbers do not grow: ${numbers.join(' ')}`])]
    }),
  )
}

function contradiction(told: Item, transcript: Item[]): string[] {
  const kept = transcript.filter(({ id }) => id === told.id)
  const [item] = kept
  if (kept.length !== 1 || !item) return [`item ${told.id} was told of and is there ${kept.length} times`]
  if (told.status !== 'completed') return []
  // Its call broke before a word was heard: that is an answer no more, and the question is answered again (9).
  const isUnheard = item.status === 'failed' && item.heard !== undefined && item.text === ''
  const isCut = item.status === 'interrupted' || isUnheard
  // What is cut loses the space before its first word.
  const cut = item.role === 'assistant' && isCut && told.text.trim().startsWith(item.text.trim())
  return item.text === told.text || cut ? [] : [`item ${told.id} was "${told.text}" and is "${item.text}"`]
}

function wellFormed({ transcript }: Evidence): string[] {
  const ids = new Set(transcript.map(({ id }) => id))
  const positions = transcript.map(({ position }) => position)
  const unfinished = transcript.filter(({ status }) => status === 'in_progress')
  return [
    ...(ids.size === transcript.length ? [] : ['an item is in the transcript twice']),
    ...(positions.every((place, i) => i === 0 || place > (positions[i - 1] ?? 0)) ? [] : ['two items have one place']),
    ...unfinished.map(({ id, role }) => `item ${id} of the ${role} is in progress although everybody has left`),
  ]
}

/** The broker puts each item into a call once. */
function putOnce({ journal }: Evidence): string[] {
  const seen = new Set<string>()
  return events(journal, 'conversation.item.create', 'in').flatMap((entry) => {
    const id = `${eventOf(entry)?.item?.id} in ${entry.call}`
    if (eventOf(entry)?.item?.id === undefined) return [] // the hostile page's
    if (seen.has(id)) return [`${id} was put in twice`]
    seen.add(id)
    return []
  })
}

/** What the provider has said while the broker listened stands in the transcript, or a gap is marked there. */
function saidByTheProvider({ journal, transcript, crashes, forged, letGoAt }: Evidence): string[] {
  if (crashes.length > 0) return []
  const gaps = transcript.filter(({ kind, text }) => kind === 'notice' && text === 'gap').length
  const missing = events(journal, 'response.done', 'out').flatMap((entry) => {
    if (perhapsUnread(entry, journal, letGoAt)) return []
    const { output } = eventOf(entry)?.response ?? {}
    return (output ?? []).flatMap(({ id, content }) => {
      const words = content?.[0]?.transcript
      if (words === undefined || forged.some((text) => words.includes(text))) return []
      return transcript.some((item) => item.id === id) ? [] : [`the provider said ${id}, which is not there`]
    })
  })
  const distinct = [...new Set(missing)]
  return distinct.length > gaps ? distinct : []
}

/**
 * Items of a call stand in the transcript, in the provider's order. A call of a tool that was still at work when the history
 * was brought in is brought in with its result, when there is one.
 */
function providersOrder({ atProvider, transcript, journal }: Evidence): string[] {
  return atProvider.flatMap(({ id, items: all }) => {
    const broughtIn = events(journal, 'conversation.item.create', 'in').filter(({ call }) => call === id)
    const place = (item: string | undefined) => transcript.findIndex((kept) => kept.id === item)
    const isLate = ({ item }: { item: string }, i: number) =>
      transcript[place(item)]?.kind === 'tool_call' &&
      broughtIn.some((entry) => eventOf(entry)?.item?.id === item) &&
      place(all[i - 1]?.item) > place(item)
    const items = all.filter((one, i) => !isLate(one, i))
    const alone = all.filter((one, i) => isLate(one, i) && !isResultOf(one.item, all[i + 1]?.item, transcript))
    const missing = items.filter(
      ({ item, role, status }) =>
        role === 'assistant' && status === 'completed' && !transcript.some((kept) => kept.id === item),
    )
    const gaps = transcript.filter(({ kind, text }) => kind === 'notice' && text === 'gap').length
    return [
      ...sameOrder(
        items.map(({ item }) => item),
        transcript,
        `items of ${id}`,
      ),
      ...(missing.length > gaps ? missing.map(({ item }) => `${item} of ${id} is missed and not marked as a gap`) : []),
      ...alone.map(({ item }) => `the call of a tool ${item} was brought into ${id} without its result`),
    ]
  })
}

function isResultOf(call: string, next: string | undefined, transcript: Item[]): boolean {
  const callId = transcript.find(({ id }) => id === call)?.tool?.callId
  return transcript.some(({ id, kind, tool }) => id === next && kind === 'tool_result' && tool?.callId === callId)
}

function sameOrder(ids: string[], transcript: Item[], what: string): string[] {
  const places = new Map(transcript.map(({ id }, place) => [id, place]))
  const known = ids.flatMap((id) => places.get(id) ?? [])
  return known.every((place, i) => i === 0 || place > (known[i - 1] ?? 0))
    ? []
    : [`${what} are not in order: ${known.join(' ')}`]
}

/** 7: what is brought into a call as history is what the transcript says, in its order, and never the page's. */
export function historyIsTrusted({ journal, transcript, visitors, forged, crashes }: Evidence): string[] {
  const calls = new Map<string, { id: string; role: string; text: string }[]>()
  for (const entry of events(journal, 'conversation.item.create', 'in')) {
    const item = eventOf(entry)?.item
    if (!item?.id || !item.role) continue
    const text = (item.content ?? []).map((part) => part.text ?? '').join('')
    calls.set(String(entry.call), [...(calls.get(String(entry.call)) ?? []), { id: item.id, role: item.role, text }])
  }
  const told = visitors.flatMap(({ sockets }) => sockets.flatMap(({ frames }) => frames.filter(isUpdate)))
  return [...calls].flatMap(([call, put]) => [
    ...sameOrder(
      put.map(({ id }) => id),
      transcript,
      `what was put into ${call}`,
    ),
    ...put.flatMap(({ id, role, text }) => {
      // The tamper watch lives in memory: of an answer that came just before a crash it knows nothing (docs/chaos.md).
      if (crashes.length === 0 && role === 'assistant' && forged.some((words) => text.includes(words)))
        return [`"${text}" is the page's, not the assistant's`]
      const known = [...transcript, ...told.map(({ item }) => item)].some(
        (item) => item.id === id && item.role === role && item.text === text,
      )
      return known ? [] : [`"${text}" (${id}) was put in as the ${role}'s and is not in the transcript`]
    }),
  ])
}

const isUpdate = (frame: ServerFrame) => frame.type === 'update'
