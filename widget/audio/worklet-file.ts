/** Where the worklets' file is. */

/** Its name, beside the app's own chunk; written in by scripts/build.ts. */
declare const __WORKLETS_FILE__: string

/** On the origin that the script came from, which the page's policy allows already (anchors-audio.md 3.1). */
export function workletsUrl(): string {
  const here = import.meta.url
  return new URL(__WORKLETS_FILE__, here).href
}
