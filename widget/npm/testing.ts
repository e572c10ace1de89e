/** `parley/testing`: a broker and a browser that follow a script, for tests of what is built on Parley. Nothing leaves the process. */

import { createScriptedBroker } from './testing/scripted-broker.ts'
import type { ParleyEndReason, ParleyTransport } from './types.ts'

export type * from './types.ts'

/** What the assistant answers. The first turn that fits is taken. */
export interface ScriptedTurn {
  /** What the visitor says, or a pattern in it. Left out: anything. */
  hear?: string | RegExp
  /** What is answered. */
  say: string | ((heard: string) => string)
}

export interface Script {
  /** By default `concierge`. */
  agent?: string
  name?: string
  /** Said when the first call begins. */
  greeting?: string
  /** What the visitor has to agree to first; starts without are refused. */
  consent?: { text: string; url?: string }
  turns?: readonly ScriptedTurn[]
  /** How long a word takes (ms), so that a test can interrupt. By default 0: all is said at once. */
  wordMs?: number
}

export interface ScriptedBroker {
  /** For `broker`. Nothing listens there. */
  readonly url: string
  /** For `transport` of `createParley`, `useParley`, `registerParley`. */
  readonly transport: ParleyTransport
  /** Frames that the widget sent, the oldest first (docs/api.md). */
  readonly received: readonly { readonly type: string }[]
  /** The visitor says this aloud in the running call. Resolves when the answer to it was given or cut off. */
  visitorSays(text: string): Promise<void>
  /** The assistant says this by itself. Resolves when it was said or cut off. */
  assistantSays(text: string): Promise<void>
  /** The running call's connection breaks; the widget makes another. */
  dropCall(): void
  /** The broker ends the running call for good. */
  endCall(reason: ParleyEndReason): void
  /** The next start fails with this code of docs/errors.md. */
  refuseNext(code: string): void
  /** Nothing gets through, or everything again. */
  setOnline(online: boolean): void
  /** What the browser says when it is asked for the microphone. */
  setMicrophone(answer: 'allowed' | 'denied' | 'missing' | 'busy'): void
  /** The assistant calls a tool of the page. Resolves with its result; rejects with an Error that has the cause as its message. */
  callTool(name: string, args?: unknown): Promise<unknown>
  /** The visitor is asked before a tool runs. Resolves with the answer. */
  ask(question: { label: string; text: string }): Promise<boolean>
}

/** One browser and one broker. Two conversations of the same script are two pages of that browser. */
export function scriptedBroker(script: Script = {}): ScriptedBroker {
  return createScriptedBroker(script)
}
