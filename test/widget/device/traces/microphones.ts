import { fresh, type Trace } from './trace.ts'

/** In the middle of a call, `start granted` 60 s ago: the microphone goes, devices change, and the page is seen all along. */
export const MICROPHONES: readonly Trace[] = [
  {
    what: 'Siri without an interrupted context: the track is muted for two seconds',
    signals: 'muted +2s unmuted',
    end: 'live',
    commands: 'play',
  },
  {
    what: 'notification centre pulled down: the track ends though the page is seen',
    signals: 'ended granted',
    end: 'live',
    commands: fresh,
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
    what: 'NotAllowedError that is no refusal: tried again',
    signals: 'ended failed +1s granted',
    end: 'live',
    commands: `stop_mic ask ${fresh}`,
  },
  {
    what: 'the system pauses the element: played again',
    signals: 'paused',
    end: 'live',
    commands: 'play',
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
    what: 'the fresh microphone is refused after 15 s',
    signals: 'ended +15s +5s refused',
    end: 'no_microphone',
    commands: 'stop_mic ask tell uncapture',
  },
  {
    what: 'hung up while a fresh microphone is asked for',
    signals: 'ended stop granted',
    end: 'idle',
    commands: 'stop_mic ask stop_mic uncapture sleep',
  },
]
