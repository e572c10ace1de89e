/** Markdown. What was said stays text: it can make no heading, link, image, table or HTML of its own. */
import { type Formatter, type Heading, isoTime, type Known, markOf, speakerOf, wordsOf } from './formatter.ts'

/** What means something anywhere in a line (CommonMark 0.31, section 6; `~`, `|` and `$` in GitHub's flavour). */
const INLINE = /[\\`*_[\]<>&~|$]/g
/** What means something at the beginning of a line only: headings, lists, setext underlines. */
const AT_LINE_START = /^([#+=-]|\d+(?=[.)]))/
/** Links without a sign around them: what begins like an address becomes one (GitHub Flavored Markdown 0.29, section 6.9). */
const BARE_LINK = /(https?|ftp)(?=:\/\/)|www(?=\.)/gi
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/

export function markdown({ session }: Heading): Formatter {
  return {
    type: 'text/markdown; charset=utf-8',
    head: (known) => `# Conversation ${session}\n${factsOf(known)}`,
    item(item) {
      const mark = markOf(item)
      const words = [plain(wordsOf(item)), mark && `*${mark}*`].filter(Boolean).join(' ')
      return `\n**${plain(speakerOf(item))}** · ${isoTime(item.at)}\n${words && `\n${words}\n`}`
    },
  }
}

function factsOf({ consents, rating }: Known): string {
  const agreed = consents.map(({ version, at, lang }) => {
    const where = lang === null ? '' : ` (${plain(lang)})`
    return `- Agreed to ${plain(version)}: ${isoTime(at)}${where}\n`
  })
  const rated = rating ? `- Rated ${rating.score}: ${isoTime(rating.at)}\n` : ''
  return agreed.length > 0 || rated ? `\n${agreed.join('')}${rated}` : ''
}

/** Line breaks and paragraphs stay; leading spaces, which would make code of a line, do not. */
function plain(text: string): string {
  const paragraphs: string[][] = [[]]
  for (const line of text.split(LINE_ENDS).map(plainLine)) {
    if (line === '') paragraphs.push([])
    else paragraphs.at(-1)?.push(line)
  }
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\\\n'))
    .join('\n\n')
}

function plainLine(line: string): string {
  const escaped = line.trim().replace(INLINE, '\\$&').replace(BARE_LINK, '$&\\')
  return escaped.replace(AT_LINE_START, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
}
