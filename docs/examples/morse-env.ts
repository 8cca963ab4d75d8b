/**
 * @file An environment with one reply: decode a message in Morse code. Partial credit is a process reward.
 *
 *     npx ludus play docs/examples/morse-env.ts
 *     node --conditions=ludus-source --import tsx docs/examples/morse-env.ts
 */
import { rollout, solverAgent } from 'ludus/agents'
import { defineTask, taskAt } from 'ludus/envs'
import { fileURLToPath } from 'node:url'

const CODE: Record<string, string> = {
  a: '.-',
  d: '-..',
  e: '.',
  g: '--.',
  i: '..',
  l: '.-..',
  m: '--',
  n: '-.',
  o: '---',
  r: '.-.',
  s: '...',
  t: '-',
  u: '..-',
}
const LETTERS = Object.keys(CODE)

export const morse = defineTask({
  id: 'text/morse-v1',
  title: 'Decode a message in Morse code',
  levels: ['4 letters', '8 letters', '16 letters'],
  generate: (rng, level) => ({
    message: Array.from({ length: 2 ** (level + 1) }, () => rng.pick(LETTERS)).join(''),
  }),
  prompt: ({ message }) =>
    `Decode, letter by letter: ${message
      .split('')
      .map(letter => CODE[letter])
      .join(' ')}`,
  parts: { letters: 0.3 },
  score: ({ message }, reply) => {
    const given = reply.trim().toLowerCase()
    const right = message.split('').filter((letter, i) => given[i] === letter).length
    // Letters only count in a reply of the right length: otherwise writing more would be a way to guess more.
    return {
      correct: Number(given === message),
      letters: given.length === message.length ? right / message.length : 0,
    }
  },
  solve: ({ message }) => message,
  guesses: ['eeee', 'tttttttt', 'etaoinetaoinetao'],
})

// Only where this file itself is run, and not where it is loaded to be played.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tasks = Array.from({ length: 20 }, (_, index) => taskAt(morse, { split: 'test', level: 2, index }))
  const episodes = await rollout(morse, solverAgent(), tasks)
  const mean = episodes.reduce((sum, episode) => sum + episode.return, 0) / episodes.length
  process.stdout.write(`${morse.id}: the reference solution earns ${mean.toFixed(2)} of 1.30\n`)
}
