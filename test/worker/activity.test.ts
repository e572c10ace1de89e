import { expect, it } from 'vitest'
import type { Activity } from '../../protocol/frames.ts'
import type { CallEvent } from '../../worker/provider/provider.ts'
import { activityAfter } from '../../worker/session/activity.ts'
import type { LineKind } from '../../worker/session/line.ts'

const playback = (state: 'began' | 'drained' | 'cleared'): CallEvent => ({ type: 'playback', state, response: 'r' })
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
