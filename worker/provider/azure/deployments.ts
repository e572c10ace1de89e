/** Variable `AZURE_DEPLOYMENTS`: JSON, model → name of its deployment in the Azure resource. */
import * as v from 'valibot'
import type { Agents } from '../../../protocol/agent.ts'

// What Azure takes as a name of a deployment.
const DeploymentsSchema = v.record(v.string(), v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)))
export type Deployments = v.InferOutput<typeof DeploymentsSchema>

/** @throws Error that says what is wrong with the variable */
export function readDeployments(text: string | undefined): Deployments {
  if (!text) return {}
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error('The variable AZURE_DEPLOYMENTS is not JSON.', { cause: error })
  }
  const result = v.safeParse(DeploymentsSchema, json)
  if (result.success) return result.output
  throw new Error('The variable AZURE_DEPLOYMENTS must have the form {"gpt-realtime-2.1": "name-of-the-deployment"}.')
}

/**
 * Checked at start-up: the price of a call is that of its model, so nothing may be known by its deployment alone.
 * @throws Error that names an agent and its model without a deployment
 */
export function requireDeployments(agents: Agents, deployments: Deployments): void {
  for (const [id, { model, transcription }] of Object.entries(agents)) {
    for (const name of [model, transcription]) {
      if (Object.hasOwn(deployments, name)) continue
      throw new Error(
        `The agent "${id}" cannot be used. No deployment is named for "${name}". Add it to the variable AZURE_DEPLOYMENTS.`,
      )
    }
  }
}
