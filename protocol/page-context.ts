/** Longest page context (`setContext`), in bytes of UTF-8. By itself, because the widget's loader needs nothing else of the frames. */
export const MAX_CONTEXT = 4_096
