/** Which microphone and, where the browser lets one choose, which loudspeaker. */
import { useEffect, useState } from 'preact/hooks'
import { withMore } from './more-texts.ts'
import type { PanelModel } from './panel-model.ts'

export function DevicePicker({ model }: { model: PanelModel }) {
  const words = withMore(model.texts.value, model.ownTexts.value)
  const devices = useDevices()
  const { audio, microphone, speaker } = model
  return (
    <>
      <Choice
        label={words.microphone}
        automatic={words.automatic}
        devices={devices.filter(({ kind }) => kind === 'audioinput')}
        chosen={microphone.value}
        onChoose={(id) => {
          microphone.value = id
          model.conversation.useMicrophone(id)
        }}
      />
      {/* Missing in Safari, whose loudspeaker follows the system. */}
      {'setSinkId' in audio && (
        <Choice
          label={words.speaker}
          automatic={words.automatic}
          devices={devices.filter(({ kind }) => kind === 'audiooutput')}
          chosen={speaker.value}
          onChoose={(id) => {
            // One that was unplugged a moment ago is refused: the sound stays where it is, and so does what is shown.
            audio.setSinkId(id).then(
              () => {
                speaker.value = id
              },
              () => undefined,
            )
          }}
        />
      )}
    </>
  )
}

interface ChoiceProps {
  label: string
  automatic: string
  devices: readonly MediaDeviceInfo[]
  chosen: string
  onChoose: (id: string) => void
}

function Choice({ label, automatic, devices, chosen, onChoose }: ChoiceProps) {
  // Chromium lists the system's choice as a device of its own, other browsers do not.
  const named = devices.filter(({ deviceId, label: name }) => deviceId !== 'default' && deviceId !== '' && name !== '')
  return (
    <label class="choice">
      {label}
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{automatic}</option>
        {named.map(({ deviceId, label: name }) => (
          <option key={deviceId} value={deviceId}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** What is plugged in, also when that changes meanwhile. Their names are told only while the microphone is allowed. */
function useDevices(): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([])
  useEffect(() => {
    const { mediaDevices } = navigator
    const look = () => void mediaDevices.enumerateDevices().then(setDevices, () => setDevices([]))
    look()
    mediaDevices.addEventListener('devicechange', look)
    return () => mediaDevices.removeEventListener('devicechange', look)
  }, [])
  return devices
}
