/** Path data of icons that only files fetched on demand need; see icons.ts. */

export const COPY = 'M9 9h10v11H9zM15 9V4H5v11h4'
export const DOWNLOAD = 'M12 4v11M7 10l5 5 5-5M5 20h14'
export const ERASE = 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10 11v5M14 11v5'
export const GOOD = 'M7 11v9H4v-9zM7 11l4-8a2.5 2.5 0 0 1 2.4 3L13 9h5.5a2 2 0 0 1 2 2.4l-1.3 7a2 2 0 0 1-2 1.6H7'
export const BAD = 'M7 13V4H4v9zM7 13l4 8a2.5 2.5 0 0 0 2.4-3L13 15h5.5a2 2 0 0 0 2-2.4l-1.3-7a2 2 0 0 0-2-1.6H7'
export const LARGER = 'M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7'
export const SMALLER = 'M20 10h-6V4M4 14h6v6M14 10l6-6M10 14l-6 6'
