/** The agent's public face, fetched once. */
import type { AgentFace } from '../../protocol/api.ts'
import type { Broker } from './broker.ts'
import type { View } from './view.ts'

export interface Faces {
  /** The same answer for everybody; asked again only after a failure, or where it is known to be old. */
  load(isOld?: boolean): Promise<AgentFace>
}

/** @param early what the loader has asked for already, beside the app itself */
export function createFaces(broker: Broker, agent: string, view: View, early?: Promise<Response | null>): Faces {
  let loading: Promise<AgentFace> | null = null

  async function fetchFace(): Promise<AgentFace> {
    const first = early
    early = undefined // a body is read once
    try {
      const face = await broker.face(agent, first)
      view.face.value = face
      return face
    } catch (error) {
      loading = null
      throw error
    }
  }

  return {
    load(isOld) {
      if (isOld) loading = null
      loading ??= fetchFace()
      return loading
    },
  }
}
