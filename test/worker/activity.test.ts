import { expect, it } from 'vitest'
import type { Activity } from '../../protocol/frames.ts'
import type { CallEvent } from '../../worker/provider/provider.ts'
import { activityAfter } from '../../worker/session/activity.ts'
import { Floor } from '../../worker/session/floor.ts'
import type { LineKind } from '../../worker/session/line.ts'

const playback = (state: 'began' | 'drained' | 'cleared'): CallEvent => ({ type: 'playback', state, response: 'r' })
const USAGE = {
  ...{ input: { text: 9, audio: 0, image: 0 }, cached: { text: 0, audio: 0, image: 0 }, output: { text: 3, audio: 0 } },
  complete: true,
}
const speech = (on: boolean): CallEvent => ({ type: 'speech', on })
const began: CallEvent = { type: 'answer_began', response: 'r', nonce: undefined }

it.each(['voice', 'relay'] as LineKind[])('follows a %s call', (kind) => {
  const follow = (...events: CallEvent[]) => {
    const shown: Activity[] = ['listening']
    for (const event of events) shown.push(activityAfter(event, shown.at(-1) ?? 'listening', kind))
    return shown.slice(1)
  }
  expect(follow(speech(true), speech(false), began, playback('began'), playback('drained'))).toEqual([
    'hearing',
    'thinking',
    'thinking',
    'speaking',
    'listening',
  ])
  // The visitor interrupts: what was cut off is told of while they speak on.
  expect(follow(began, playback('began'), speech(true), playback('cleared'), speech(false))).toEqual([
    'thinking',
    'speaking',
    'hearing',
    'hearing',
    'thinking',
  ])
})

it.each(['voice', 'relay'] as LineKind[])('comes to rest in a %s call after an answer that nobody can hear', (kind) => {
  const ended = (audioMs: number | undefined, isBilled = true): CallEvent => ({
    type: 'answer_ended',
    ...{ response: 'r', outcome: 'completed', cause: undefined, items: [], audioMs },
    usage: isBilled ? USAGE : null,
  })
  const called: CallEvent = {
    type: 'finished',
    item: { id: 'c', role: 'tool', kind: 'tool_call', via: 'text', text: '{}', tool: { name: 'clock', callId: 'c' } },
    cut: false,
  }
  const after = (...events: CallEvent[]) => {
    const shown: Activity[] = []
    const floor = new Floor({ now: () => 0 }, (activity) => shown.push(activity))
    for (const event of events) floor.hear(event, kind)
    return { last: shown.at(-1), quiet: floor.quiet }
  }
  expect(after(began, ended(undefined))).toEqual({ last: 'listening', quiet: true })
  expect(after(began, ended(0))).toEqual({ last: 'listening', quiet: true })
  // Its sound is still to come, or what a tool brings.
  expect(after(began, ended(800)).last).toBe('thinking')
  expect(after(began, ended(undefined, false)).last).toBe('thinking')
  expect(after(began, called, ended(undefined)).last).toBe('thinking')
  expect(after(began, called, ended(undefined), began, ended(undefined)).last).toBe('listening')
})
