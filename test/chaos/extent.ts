/** Whether everything is to be played, or what `npm test` has time for. scripts/test.ts sets it. */
export const isFull = process.env.CHAOS === 'full'
