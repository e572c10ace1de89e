/** Promises about what comes out: no secrets (3), always a way to talk (9), clear errors (11), no words in the log (12). */
import { ERRORS } from '../../protocol/errors.ts'
import { API_KEY, DEPLOYMENT_SECRET, INSTRUCTIONS } from './constants.ts'
import type { Evidence } from './promises.ts'

/** 3: neither in what a browser gets nor in the log. */
export function noSecretLeaves({ visitors, brokerLog }: Evidence): string[] {
  const places: Record<string, string> = {
    'an answer': JSON.stringify(visitors.map(({ exchanges }) => exchanges.map(({ raw }) => raw))),
    'a frame': JSON.stringify(visitors.map(({ sockets }) => sockets.map(({ frames }) => frames))),
    'the log': brokerLog.join('\n'),
  }
  const secrets: Record<string, RegExp> = {
    "the provider's key": new RegExp(API_KEY),
    'the secret of the deployment': new RegExp(DEPLOYMENT_SECRET),
    instructions: new RegExp(INSTRUCTIONS.slice(10, 40)),
    'a client secret': /\bek_[A-Za-z0-9]{8}/,
  }
  const tokenInLog = /ses_\w{22}\.\d+\.[\w-]{43}/.test(places['the log'] ?? '') ? ['a session token is in the log'] : []
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([secret, looksLike]) =>
      looksLike.test(text) ? [`${secret} is in ${place}`] : [],
    ),
  )
  return [...found, ...tokenInLog]
}

/** 9 */
export function alwaysAWayToTalk({ answered }: Evidence): string[] {
  return answered ? [] : ['when everything worked again, what was typed got no answer']
}

/** 11: whoever is refused learns why, with a code that is documented. */
export function clearErrors({ visitors }: Evidence): string[] {
  return visitors.flatMap(({ exchanges }) =>
    exchanges.flatMap(({ status, raw, body, path }) => {
      if (status === 0 || status < 400) return []
      const code = String(body?.code)
      if (!Object.hasOwn(ERRORS, code)) return [`${path} answered ${status} without a known code: ${raw.slice(0, 100)}`]
      return body?.status === status ? [] : [`${path} answered ${status} and says ${String(body?.status)}`]
    }),
  )
}

/** 12: what was said is in no log line. (What is on the disk is looked at when all cells are over.) */
export function privacy({ visitors, brokerLog }: Evidence): string[] {
  const log = brokerLog.join('\n')
  return visitors.flatMap(({ typed }) =>
    typed.flatMap(({ text }) => (log.includes(text) ? [`"${text}" is in the log`] : [])),
  )
}
