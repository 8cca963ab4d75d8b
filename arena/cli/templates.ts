/** @file What `ludus new env` writes: one small, complete environment of each kind. At most 40 lines each. */

const task = (name: string): string => `/** ${name}: one prompt, one reply, one score. */
import { defineTask } from 'ludus/envs'

const WORDS = ['arena', 'ballad', 'cinder', 'dragon', 'ember', 'falcon', 'garden', 'harbour', 'island', 'jester']

export const env = defineTask({
  id: 'text/${name}-v1', // a change of tasks or scores is a new version
  title: 'Write words in reverse order',
  levels: ['3 words', '4 words', '5 words'],
  generate: (rng, level) => ({ words: rng.shuffle(WORDS).slice(0, level + 2) }),
  prompt: ({ words }) => \`Write these words in reverse order, with spaces between them: \${words.join(' ')}\`,
  score: ({ words }, reply) => Number(reply.trim().toLowerCase() === words.toReversed().join(' ')),
  solve: ({ words }) => words.toReversed().join(' '),
  guesses: ['arena', 'arena ballad cinder'], // for agents that know nothing
})
`

const lines = (name: string): string => `/** ${name}: true lines, one by one, and then the answer. */
import { derivation } from 'ludus/envs'

export const env = derivation({
  id: 'math/${name}-v1', // a change of tasks or scores is a new version
  title: 'Sum a list of numbers',
  group: 'arithmetic',
  rules:
    'Add the numbers one after another, a line for each. ' +
    'Example: for 3, 4, 5 write "3 + 4 = 7", "7 + 5 = 12", "answer: 12".',
  levels: [{ terms: 3 }, { terms: 4 }, { terms: 6 }], // named axes; the order is the curriculum
  draw: (rng, { terms }) => ({ numbers: Array.from({ length: terms }, () => rng.int(10, 99)) }),
  identity: ({ numbers }) => numbers.toSorted((a, b) => a - b), // tasks that are the same
  question: ({ numbers }) => \`What is the sum of \${numbers.join(', ')}?\`,
  work: ({ numbers: [first = 0, ...rest] }) => {
    const lines: string[] = []
    let sum = first
    for (const next of rest) {
      lines.push(\`\${sum} + \${next} = \${sum + next}\`) // every line is checked, whoever wrote it
      sum += next
    }
    return { lines, answer: String(sum) }
  },
})
`

const tools = (
  name: string,
): string => `/** ${name}: a world, tools to change it, and the final states that count. */
import { defineToolEnv, finishCall, tool } from 'ludus/envs'
import { z } from 'zod'

type World = { lamps: boolean[] }
const lamp = z.number().int().min(1).max(12).describe('The number of a lamp')

export const env = defineToolEnv<{ lamps: number; wanted: number[] }, World>({
  id: 'tools/${name}-v1', // a change of tasks or scores is a new version
  title: 'Light the right lamps',
  rules: 'You switch lamps. All are dark at first.',
  levels: ['8 lamps', '10 lamps', '12 lamps'],
  maxSteps: 24,
  generate: (rng, level) => {
    const all = Array.from({ length: 2 * level + 6 }, (_, i) => i + 1)
    return { lamps: all.length, wanted: rng.shuffle(all).slice(0, rng.int(2, all.length - 1)) }
  },
  identity: ({ lamps, wanted }) => [lamps, wanted.toSorted((a, b) => a - b)],
  request: ({ lamps, wanted }) => \`Of \${lamps} lamps, light exactly these: \${wanted.join(', ')}.\`,
  world: ({ lamps }) => ({ lamps: Array.from({ length: lamps }, () => false) }),
  tools: {
    look: tool({
      about: 'Shows all lamps.',
      args: z.strictObject({}),
      reads: true, // it never changes the world, nor the score
      run: ({ lamps }: World) => ({ result: lamps }),
    }),
    toggle: tool({
      about: 'Switches a lamp on or off.',
      args: z.strictObject({ lamp }),
      run: ({ lamps }: World, { lamp: n }) =>
        n > lamps.length // a call that is refused changes nothing
          ? { error: \`there is no lamp \${n}\` }
          : { world: { lamps: lamps.with(n - 1, !lamps[n - 1]) }, result: 'switched' },
    }),
  },
  view: world => world.lamps,
  goals: ({ lamps, wanted }) => [{ view: Array.from({ length: lamps }, (_, i) => wanted.includes(i + 1)) }],
  solve: ({ wanted }) => [...wanted.map(n => ({ tool: 'toggle', args: { lamp: n } })), finishCall()],
})
`

const full = (
  name: string,
): string => `/** ${name}: an environment written out in full. docs/authoring.md explains each part. */
import { defineEnv, drawnTasks, isInvalid, outcome } from 'ludus/envs'
import { z } from 'zod'

type Params = { secret: number; largest: number }
type State = { hints: string[]; found: boolean }
type Seen = { largest: number; hints: string[] }
const ID = 'text/${name}-v1' // a change of tasks or scores is a new version
const guess = z.number().int().min(1).max(1000)

export const env = defineEnv<Params, State, Seen, number, { found: boolean }>({
  id: ID,
  title: 'Find a number by higher and lower',
  action: guess,
  observation: z.object({ largest: z.number(), hints: z.array(z.string()) }),
  tasks: drawnTasks({
    env: ID,
    levels: [{ level: 1, title: 'up to 100' }, { level: 2, title: 'up to 1000' }],
    draw: (rng, level) => ({ largest: 10 ** (level + 1), secret: rng.int(1, 10 ** (level + 1)) }),
    identity: ({ secret, largest }) => [secret, largest],
  }),
  maxSteps: 10,
  start: () => ({ hints: [], found: false }),
  observe: ({ params }, { hints }) => ({ largest: params.largest, hints }),
  step({ params: { secret } }, { hints }, n) {
    const found = n === secret
    const hint = isInvalid(n) ? 'not a number' : \`\${n} is too \${n < secret ? 'low' : 'high'}\`
    const state = { hints: [...hints, hint], found }
    return found ? { state, facts: { found }, end: { kind: 'terminated', reason: 'found' } } : { state, facts: { found } }
  },
  rewards: { correct: outcome(({ found }, { end }) => (end ? Number(found) : null)) },
  text: {
    prompt: ({ largest, hints }) => [{ role: 'user', content: [\`Guess a number from 1 to \${largest}.\`, ...hints].join('\\n') }],
    parse: reply => guess.safeParse(Number(reply)).data ?? { invalid: reply },
    render: n => \`\${n}\\n\`,
    stepEnd: '\\n',
  },
  solve: ({ params }) => [params.secret],
  legalActions: ({ params }) => Array.from({ length: params.largest }, (_, i) => i + 1),
})
`

export const TEMPLATES = { task, lines, tools, full }
