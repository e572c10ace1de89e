/** Where in the world a request came in: a continent is all that is kept of it. */
const CONTINENTS: readonly unknown[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']

/** Undefined where Cloudflare does not tell, as in a local run. */
export function continentOf({ cf }: Request): string | undefined {
  const continent = cf?.continent
  return typeof continent === 'string' && CONTINENTS.includes(continent) ? continent : undefined
}
