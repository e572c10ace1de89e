/** Whose way of running the Realtime API the tests meet: `PARLEY_DIALECT=azure npm exec -c 'playwright test --project=e2e'`. */
import { type DialectName, isDialectName } from '../../../simulator/dialects/index.ts'

/** @throws Error for a name that is no dialect */
export function dialect(): DialectName {
  const name = process.env.PARLEY_DIALECT || 'openai'
  if (isDialectName(name)) return name
  throw new Error(`PARLEY_DIALECT is "${name}", which the simulator does not speak.`)
}
