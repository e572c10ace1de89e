/** English, for what is fetched on demand. */
import { type OwnTexts, override } from './override.ts'
import type { MoreTexts, Texts } from './texts.ts'

const en: MoreTexts = {
  forget: 'Forget this conversation',
  forgetQuestion: 'Erase everything that was said here, for good?',
  forgetYes: 'Erase',
  forgetNo: 'Keep',
  larger: 'Show everything',
  smaller: 'Make it small',
  microphone: 'Microphone',
  speaker: 'Speaker',
  automatic: 'Automatic',
  copy: 'Copy the conversation',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  download: 'Download the conversation',
  rateQuestion: 'How was it?',
  rateGood: 'Good',
  rateBad: 'Not good',
  rateThanks: 'Thank you!',
  rateFailed: 'Thank you! It did not reach us. Please try again.',
  consentTitle: 'Before we begin',
  consentMore: 'Read more',
  agree: 'Agree and go on',
}

/** @param words of the visitor's language; what it lacks is English @param own words of the website */
export function withMore(words: Texts & Partial<MoreTexts>, own: OwnTexts): Texts & MoreTexts {
  return override({ ...en, ...words }, own)
}
