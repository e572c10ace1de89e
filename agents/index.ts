import concierge from './concierge.ts'
import tutor from './tutor.ts'

/** Every assistant of this deployment, by the name that a website gives in `data-agent`. */
export const agents = { concierge, tutor }
