import type { Trace } from './trace.ts'

/** From before the visitor's tap. */
export const STARTS: readonly Trace[] = [
  { what: 'nothing happens before a tap', signals: 'hidden shown devices interrupted', end: 'idle', commands: '' },
  {
    what: 'the visitor allows at once',
    signals: 'start granted',
    end: 'live',
    commands: 'capture unlock ask use awake look',
  },
  {
    what: 'the visitor refuses',
    signals: 'start refused',
    end: 'no_microphone',
    commands: 'capture unlock ask uncapture',
  },
  {
    what: 'there is no microphone',
    signals: 'start failed',
    end: 'no_microphone',
    commands: 'capture unlock ask uncapture',
  },
  {
    what: 'the permission is pending for 30 s, then given',
    signals: 'start +30s granted',
    end: 'live',
    commands: 'capture unlock ask offer_text use awake join look',
  },
  {
    what: 'the permission is pending for 14.9 s: nobody offers text',
    signals: 'start +14.9s granted',
    end: 'live',
    commands: 'capture unlock ask use awake look',
  },
  {
    what: 'the permission is pending for 30 s, then refused',
    signals: 'start +30s refused',
    end: 'no_microphone',
    commands: 'capture unlock ask offer_text uncapture tell',
  },
  {
    what: 'the permission is given after 30 s, but another program has the microphone',
    signals: 'start +30s failed',
    end: 'no_microphone',
    commands: 'capture unlock ask offer_text uncapture tell',
  },
  {
    what: 'the permission is pending for an hour: asked once',
    signals: 'start +3600s',
    end: 'waiting',
    commands: 'capture unlock ask offer_text',
  },
  {
    what: 'hung up while the browser asks',
    signals: 'start +3s stop +60s granted',
    end: 'idle',
    commands: 'capture unlock ask stop_mic uncapture sleep',
  },
  {
    what: 'the browser’s question hides and interrupts the page',
    signals: 'start hidden interrupted running shown granted',
    end: 'live',
    commands: 'capture unlock ask use awake look',
  },
  {
    what: 'a phone call comes while the browser asks; the look afterwards finds it',
    signals: 'start interrupted granted interrupted',
    end: 'interrupted',
    commands: 'capture unlock ask use awake look',
  },
  {
    what: 'the visitor answered in another tab; the look finds the page hidden',
    signals: 'start granted hidden shown',
    end: 'live',
    commands: 'capture unlock ask use awake look awake play check look',
  },
]
