import { describe, expect, it } from 'vitest'
import { type AgentInput, defineAgent } from '../../protocol/agent.ts'

const input: AgentInput = { name: 'Test', instructions: 'Be kind.', origins: ['https://example.com'] }

describe('defineAgent', () => {
  it('fills in defaults that are safe to go live with', () => {
    expect(defineAgent(input)).toMatchObject({
      handshake: 'brokered',
      maxOutputTokens: 1024,
      turns: { detection: 'server_vad', silenceMs: 500 },
      greeting: '',
    })
  })

  it('cannot be changed afterwards', () => {
    const agent = defineAgent(input)
    expect(() => Object.assign(agent, { name: 'x' })).toThrow(TypeError)
  })

  it.each<[string, object, RegExp]>([
    ['an origin with a path', { origins: ['https://example.com/'] }, /origins\.0: an exact origin such as/],
    ['no origin', { origins: [] }, /origins/],
    ['a misspelt field', { instruction: 'x' }, /instruction/],
    ['no instructions', { instructions: '' }, /instructions/],
    ['too many tokens', { maxOutputTokens: 9000 }, /maxOutputTokens/],
    ['eagerness of a detection by loudness', { turns: { detection: 'server_vad', eagerness: 'low' } }, /eagerness/],
    ['loudness of a detection by meaning', { turns: { detection: 'semantic_vad', threshold: 0.5 } }, /threshold/],
    ['an unknown kind of noise', { turns: { detection: 'push_to_talk', noise: 'wind' } }, /turns\.noise/],
    ['a context shorter than one text', { truncation: { maxTokens: 8000 } }, /truncation\.maxTokens/],
    ['nothing kept', { truncation: { retentionRatio: 0 } }, /truncation\.retentionRatio/],
    ['a colour that is none', { theme: { accent: 'blue' } }, /theme\.accent: #rrggbb/],
  ])('names what is wrong: %s', (_, more, message) => {
    expect(() => defineAgent({ ...input, ...more })).toThrow(message)
    expect(() => defineAgent({ ...input, ...more })).toThrow(/The agent "Test" is not valid/)
  })
})
