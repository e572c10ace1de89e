/** Breaks work into tasks that a slow phone can do without being noticed. */

/** The end of this task: what the page, the visitor or the screen wait for comes first. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}
