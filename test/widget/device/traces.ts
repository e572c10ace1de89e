/** Written traces of what phones do, as the sources in docs/phones.md tell it. Read by machine.test.ts. */
import type { State } from '../../../widget/device/machine.ts'

export interface Trace {
  what: string
  /** Signals, and `+90s` for time that passes. */
  signals: string
  end: State
  /** What was commanded, in order. */
  commands: string
}

const fresh = 'stop_mic ask use play awake look'

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

/** From the middle of a call: `start granted`, 60 s ago. */
export const IN_A_CALL: readonly Trace[] = [
  {
    what: 'phone call answered: Safari goes to the background and comes back after two minutes',
    signals: 'muted interrupted hidden +120s shown interrupted +1s running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'phone call answered: the page is hidden before anything is taken',
    signals: 'hidden interrupted muted +120s shown running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'phone call declined on the banner: the page stays seen',
    signals: 'interrupted muted +8s unmuted running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'the context is interrupted for ten minutes in view: it is never resumed, nothing is asked',
    signals: 'interrupted +600s',
    end: 'interrupted',
    commands: '',
  },
  {
    what: 'after the interruption the context is suspended: one resume, then a fresh microphone',
    signals: 'interrupted +5s suspended running moves granted',
    end: 'live',
    commands: `resume check ${fresh}`,
  },
  {
    what: 'resumed, but its clock stands still: another context',
    signals: 'interrupted +5s suspended running +1s stuck granted',
    end: 'live',
    commands: `resume check renew ${fresh}`,
  },
  {
    what: 'interrupted again in the middle of the resume: waits again, and resumes once more only afterwards',
    signals: 'interrupted suspended interrupted +20s suspended moves granted',
    end: 'live',
    commands: `resume check resume check ${fresh}`,
  },
  {
    what: 'Siri, asked by the side button: two seconds in view',
    signals: 'interrupted muted +2s running unmuted moves granted',
    end: 'live',
    commands: `check ${fresh}`,
  },
  {
    what: 'Siri without an interrupted context: the track is muted for two seconds',
    signals: 'muted +2s unmuted',
    end: 'live',
    commands: 'play',
  },
  {
    what: 'an alarm rings in the middle of a fresh microphone',
    signals: 'ended interrupted granted +4s running moves granted',
    end: 'live',
    commands: `stop_mic ask check ${fresh}`,
  },
  {
    what: 'screen locked for 30 s, microphone taken',
    signals: 'hidden muted interrupted +30s unmuted running shown running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'screen locked for 30 s, nothing taken (Android with a running call)',
    signals: 'hidden +30s shown moves',
    end: 'live',
    commands: 'awake play check look',
  },
  {
    what: 'the flags say that all is well on return, but it was muted meanwhile: remembered',
    signals: 'hidden muted unmuted +3s shown running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'back from the background with a clock that stands still, and nobody said why',
    signals: 'hidden +30s shown running +1s stuck granted',
    end: 'live',
    commands: `awake play check look renew ${fresh}`,
  },
  {
    what: 'back from the background, the track has ended without an event: the look finds it',
    signals: 'hidden +30s shown ended granted',
    end: 'live',
    commands: `awake play check look ${fresh}`,
  },
  {
    what: 'the context is stuck interrupted after the return: another one after 3 s',
    signals: 'hidden interrupted +60s shown interrupted +3s granted',
    end: 'live',
    commands: `look renew ${fresh}`,
  },
  {
    what: 'returned and gone again before it was mended',
    signals: 'hidden interrupted +60s shown +1s hidden +60s shown running moves granted',
    end: 'live',
    commands: `look look check ${fresh}`,
  },
  {
    what: 'gone again while the fresh microphone is asked for: that one is not trusted',
    signals: 'hidden muted shown running moves hidden granted +9s shown running moves granted',
    end: 'live',
    commands: `look check stop_mic ask look check ${fresh}`,
  },
  {
    what: 'notification centre pulled down: the track ends though the page is seen',
    signals: 'ended granted',
    end: 'live',
    commands: fresh,
  },
  {
    what: 'the display dims by itself: muted, ended, hidden at once',
    signals: 'muted ended hidden +40s shown running moves granted',
    end: 'live',
    commands: `stop_mic ask look check ${fresh}`,
  },
  {
    what: 'AirPods in: devices change, and the track goes on',
    signals: 'devices',
    end: 'live',
    commands: 'renew',
  },
  {
    what: 'AirPods out: the track ends with the devices',
    signals: 'ended granted devices',
    end: 'live',
    commands: `${fresh} renew`,
  },
  {
    what: 'AirPods out: the devices change before the track ends',
    signals: 'devices ended granted',
    end: 'live',
    commands: `renew ${fresh}`,
  },
  {
    what: 'AirPods in, out and in again within a minute',
    signals: 'devices +20s ended granted devices +20s devices',
    end: 'live',
    commands: `renew ${fresh} renew renew`,
  },
  {
    what: 'the car’s Bluetooth takes the route while muted for a moment',
    signals: 'muted devices +1s unmuted',
    end: 'live',
    commands: 'renew play',
  },
  {
    what: 'a headset is plugged in while the page is hidden',
    signals: 'hidden devices +5s shown',
    end: 'live',
    commands: 'renew awake play check look',
  },
  { what: 'muted for 4.9 s', signals: 'muted +4.9s unmuted', end: 'live', commands: 'play' },
  { what: 'muted for longer than 5 s', signals: 'muted +5s granted', end: 'live', commands: fresh },
  {
    what: 'muted for 5 s, and another tab keeps the microphone: given up after four, told once',
    signals: 'muted +5s failed +1s failed +1s failed +1s failed +60s',
    end: 'lost',
    commands: 'stop_mic ask stop_mic ask stop_mic ask stop_mic ask tell',
  },
  {
    what: 'the switch on the laptop is off: each fresh microphone is muted again; told; on again, it comes back',
    signals:
      'muted +5s granted muted +5s granted muted +5s granted muted +5s granted muted +5s +60s unmuted running moves granted',
    end: 'live',
    commands: `${fresh} ${fresh} ${fresh} ${fresh} tell look check ${fresh}`,
  },
  {
    what: 'the microphone was taken for good in a phone call; the next return has it again',
    signals:
      'interrupted +30s running moves failed +1s failed +1s failed +1s failed +1s hidden +60s shown running moves granted',
    end: 'live',
    commands: `check stop_mic ask stop_mic ask stop_mic ask stop_mic ask tell look check ${fresh}`,
  },
  {
    what: 'the only microphone is unplugged and plugged in again',
    signals: 'ended devices failed +1s failed +1s failed +1s failed +20s devices running moves granted',
    end: 'live',
    commands: `stop_mic ask stop_mic ask stop_mic ask stop_mic ask tell look check ${fresh}`,
  },
  {
    what: 'another headset while the next attempt is waited for: tried at once',
    signals: 'ended failed devices granted',
    end: 'live',
    commands: `stop_mic ask ${fresh}`,
  },
  {
    what: 'the fresh microphone needs permission again, and nobody answers for 15 s; then somebody does',
    signals: 'ended +15s +30s granted',
    end: 'live',
    commands: `stop_mic ask tell use play awake look`,
  },
  {
    what: 'the fresh microphone is refused: not asked again, whatever happens',
    signals: 'ended refused +60s hidden shown devices running unmuted',
    end: 'no_microphone',
    commands: 'stop_mic ask uncapture tell',
  },
  {
    what: 'NotAllowedError that is no refusal: tried again',
    signals: 'ended failed +1s granted',
    end: 'live',
    commands: `stop_mic ask ${fresh}`,
  },
  {
    what: 'many things at once on return: one recovery',
    signals:
      'hidden muted interrupted shown unmuted devices ended running running unmuted devices moves ended muted devices granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'the system pauses the element: played again',
    signals: 'paused',
    end: 'live',
    commands: 'play',
  },
  {
    what: 'the element is paused while interrupted: left alone until the end',
    signals: 'interrupted paused +9s paused running moves granted',
    end: 'live',
    commands: `check ${fresh}`,
  },
  {
    what: 'the context is suspended in the middle of a call, in view',
    signals: 'suspended running moves granted',
    end: 'live',
    commands: `resume check ${fresh}`,
  },
  {
    what: 'a resume that never ends',
    signals: 'suspended +1s stuck granted',
    end: 'live',
    commands: `resume check renew ${fresh}`,
  },
  {
    what: 'the page is frozen in the background and thawed before it is seen',
    signals: 'hidden hidden +600s hidden shown running',
    end: 'live',
    commands: 'awake play check look',
  },
  {
    what: 'the tab is discarded in the background: nothing more comes, and nothing was asked',
    signals: 'hidden +60s hidden',
    end: 'away',
    commands: '',
  },
  {
    what: 'in and out of the app switcher five times in five seconds, nothing taken',
    signals: 'hidden +1s shown hidden +1s shown hidden +1s shown hidden +1s shown hidden +1s shown',
    end: 'live',
    commands: Array(5).fill('awake play check look').join(' '),
  },
  {
    what: 'the microphone ends five times in five seconds: an end to it, and told',
    signals: 'ended granted +1s ended granted +1s ended granted +1s ended granted +1s ended',
    end: 'lost',
    commands: `${fresh} ${fresh} ${fresh} ${fresh} tell`,
  },
  {
    what: 'the microphone ends once a minute: each time a fresh one',
    signals: Array(6).fill('+60s ended granted').join(' '),
    end: 'live',
    commands: Array(6).fill(fresh).join(' '),
  },
  {
    what: 'Safari in the background: muted first, then hidden',
    signals: 'muted hidden +30s shown running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'an in-app browser suspends the context in the background and does not start it again',
    signals: 'hidden suspended +30s shown suspended running moves granted',
    end: 'live',
    commands: `look resume check ${fresh}`,
  },
  {
    what: 'capture fails in the background',
    signals: 'hidden ended +30s shown running moves granted',
    end: 'live',
    commands: `look check ${fresh}`,
  },
  {
    what: 'muted and suspended in view: one resume',
    signals: 'muted +1s suspended running moves granted',
    end: 'live',
    commands: `resume check ${fresh}`,
  },
  {
    what: 'hidden while resuming',
    signals: 'suspended hidden +30s shown running moves granted',
    end: 'live',
    commands: `resume check look check ${fresh}`,
  },
  {
    what: 'no microphone, and then a phone call: no attempt while it lasts',
    signals: 'ended failed interrupted +60s running moves granted',
    end: 'live',
    commands: `stop_mic ask check ${fresh}`,
  },
  {
    what: 'no microphone, and then hidden: no attempt in the background',
    signals: 'ended failed hidden +60s shown running moves granted',
    end: 'live',
    commands: `stop_mic ask look check ${fresh}`,
  },
  {
    what: 'the fresh microphone is refused after 15 s',
    signals: 'ended +15s +5s refused',
    end: 'no_microphone',
    commands: 'stop_mic ask tell uncapture',
  },
  {
    what: 'a phone call in view gives no microphone; given up; when it ends the context says so',
    signals: 'interrupted unmuted +3s failed +1s failed +1s failed +1s failed +1s +90s running running moves granted',
    end: 'live',
    commands: `look renew stop_mic ask stop_mic ask stop_mic ask stop_mic ask tell look check ${fresh}`,
  },
  { what: 'hung up', signals: 'stop', end: 'idle', commands: 'stop_mic uncapture sleep' },
  {
    what: 'hung up while interrupted: what comes later changes nothing',
    signals: 'interrupted stop running +60s suspended shown unmuted granted',
    end: 'idle',
    commands: 'stop_mic uncapture sleep',
  },
  {
    what: 'hung up while a fresh microphone is asked for',
    signals: 'ended stop granted',
    end: 'idle',
    commands: 'stop_mic ask stop_mic uncapture sleep',
  },
]
