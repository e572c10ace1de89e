/** What `npm start` says when everything runs. */
import { relative } from 'node:path'
import { projectDir } from './paths.ts'
import type { Upstream } from './upstream.ts'

/** Ports that the README names. */
export const usualPorts = { broker: 8787, demo: 8788, simulator: 8789 }
export type Ports = Record<keyof typeof usualPorts, number>

export interface StartFacts {
  demoUrl: string
  brokerUrl: string
  /** Opens the console. */
  adminToken: string
  upstream: Upstream
  /** Folder of the local state, absolute. */
  dir: string
  ports: Ports
  /** What was asked for: the usual ports, unless the environment says otherwise. */
  wished: Ports
  /** What an example is tried with. */
  tips: readonly string[]
  /** Names of optional packages without which the simulator neither hears nor speaks words. */
  missingSpeech: readonly string[]
}

/** One block: what runs where, which upstream, what to click, how to use a real key. */
export function startText(facts: StartFacts): string {
  const { demoUrl, brokerUrl, adminToken, upstream, dir, ports, wished, tips, missingSpeech } = facts
  const state = dir.startsWith(projectDir) ? relative(projectDir, dir) : dir
  const parts: (keyof Ports)[] = upstream.kind === 'simulator' ? ['broker', 'demo', 'simulator'] : ['broker', 'demo']
  const moved = parts.filter((part) => ports[part] !== wished[part])
  const lines = [
    'Parley is running. Ctrl-C ends it.',
    '',
    `  Demo website   ${demoUrl}   open it, press the button at the lower right, talk`,
    `  Broker         ${brokerUrl}   the widget is at ${brokerUrl}/widget.js`,
    `  Console        ${brokerUrl}/console#token=${adminToken}`,
    `  Upstream       ${upstreamText(upstream)}`,
    `  Sessions       ${state}/   kept between runs; delete the folder to begin anew`,
    ...moved.map((part) => `  Port ${wished[part]} was taken, so the ${part} is on ${ports[part]}.`),
    ...(missingSpeech.length > 0 && upstream.kind === 'simulator'
      ? [
          `  Not installed: ${missingSpeech.join(', ')}. The simulator has a stand-in for speech, see docs/simulator.md.`,
        ]
      : []),
    ...(tips.length > 0 ? ['', ...tips.map((tip) => `  ${tip}`)] : []),
    '',
    upstream.kind === 'simulator'
      ? '  With a real key: put OPENAI_API_KEY=sk-… into .dev.vars (see .dev.vars.example), then npm start.'
      : '  Without costs: take OPENAI_API_KEY and OPENAI_BASE_URL out of .dev.vars and environment: the simulator runs.',
  ]
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)))
  return ['', rule, ...lines, rule, ''].join('\n')
}

function upstreamText({ kind, url }: Upstream): string {
  if (kind === 'simulator') return `${url}   the simulator: no account, no key, no costs`
  if (kind === 'real') return `${url}   the real API with your key from .dev.vars: talking costs money`
  return `${url}   from OPENAI_BASE_URL`
}
