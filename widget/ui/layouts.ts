/// <reference path="./css.d.ts" />
/** The looks of the card and of the panel in the page: fetched where the website asks for one of them. */
import css from './layouts.css?inline'

export const layoutCss: string = css
