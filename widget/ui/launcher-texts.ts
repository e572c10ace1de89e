/** The words of the button, which the loader has in every language, and those of the card that it shows until the rest is there. */
import type { Language } from './language.ts'

export interface LauncherTexts {
  open: string
  /** Where the website offers writing only. */
  write: string
}

/** They come with the file of the language; English is here, because it has none and stands in for those that cannot be fetched. */
export interface CardTexts {
  /** Behind the words of the button, for people who hear it: what it does. */
  opens: string
  /** Before the number of messages that came while the panel was closed. */
  unread: string
  loading: string
  slow: string
  failedTitle: string
  failedText: string
  retry: string
  close: string
}

export const launcherTexts: Record<Language, LauncherTexts> = {
  en: { open: 'Talk to us', write: 'Write to us' },
  de: { open: 'Sprechen Sie uns an', write: 'Schreiben Sie uns' },
  fr: { open: 'Parlez-nous', write: 'Écrivez-nous' },
  es: { open: 'Hable con nosotros', write: 'Escríbanos' },
  'pt-BR': { open: 'Fale conosco', write: 'Escreva para nós' },
  it: { open: 'Parli con noi', write: 'Ci scriva' },
  nl: { open: 'Praat met ons', write: 'Schrijf ons' },
  pl: { open: 'Porozmawiaj z nami', write: 'Napisz do nas' },
  tr: { open: 'Bizimle konuşun', write: 'Bize yazın' },
  ar: { open: 'تحدّث إلينا', write: 'اكتب إلينا' },
  he: { open: 'דברו איתנו', write: 'כתבו לנו' },
  ja: { open: '話しかける', write: 'メッセージを送る' },
  ko: { open: '대화하기', write: '메시지 보내기' },
  'zh-CN': { open: '与我们交谈', write: '给我们留言' },
}

export const englishCard: CardTexts = {
  opens: 'open the assistant',
  unread: 'New messages',
  loading: 'One moment…',
  slow: 'This takes longer than usual. We keep trying.',
  failedTitle: 'The assistant cannot be reached',
  failedText: 'Your connection or our service is down right now. Nothing was lost.',
  retry: 'Try again',
  close: 'Close',
}
