/**
 * @file What pre-training reads: an endless stream of short texts by number, and others that are held out.
 *
 * Every text is found by its number alone, so that a run that is taken up again reads on where it stopped, and nothing is kept
 * in memory. Mixed corpora draw the source of each text by its number.
 */
import { UsageError } from '../../envs/errors.ts'
import { rngAt } from '../../envs/rng.ts'

export interface Corpus {
  /** Shown in reports, and part of what a run that is resumed must be equal in. */
  readonly name: string
  /** Text number `i` of the endless training stream. */
  train(i: number): string
  /** Text number `i` of those that are never trained on, from 0 below `heldOutSize`. */
  heldOut(i: number): string
  readonly heldOutSize: number
}

export interface Source {
  corpus: Corpus
  /** How often it is drawn, relative to the others. */
  weight: number
}

/** Several corpora as one. Their held-out texts come in turn. */
export function mixed(sources: readonly Source[], seed = 0): Corpus {
  const total = sources.reduce((sum, { weight }) => sum + weight, 0)
  if (sources.length === 0 || sources.some(({ weight }) => !(weight >= 0)) || !(total > 0))
    throw new UsageError('mixed: expected sources with weights of 0 or more, not all 0')
  // A source that is never trained on is not measured on either.
  const used = sources.filter(({ weight }) => weight > 0)
  const heldOutSize = used.length * Math.min(...used.map(({ corpus }) => corpus.heldOutSize))
  return {
    name: used.map(({ corpus, weight }) => `${weight}*${corpus.name}`).join(' + '),
    train: i => {
      let at = rngAt('mixed', seed, i).float() * total
      const source = used.find(({ weight }) => (at -= weight) < 0) ?? used.at(-1)!
      return source.corpus.train(i)
    },
    heldOut: i => used[i % used.length]!.corpus.heldOut(Math.floor(i / used.length)),
    heldOutSize,
  }
}

/** The first held-out texts, at most so many. */
export function heldOutTexts(corpus: Corpus, count: number): string[] {
  return Array.from({ length: Math.min(count, corpus.heldOutSize) }, (_, i) => corpus.heldOut(i))
}

/** The characters of a sample of training texts and of held-out ones, in order of their code points. */
export function alphabetOf(corpus: Corpus, sample = 2000): string {
  const characters = new Set<string>()
  for (let i = 0; i < sample; i++) for (const character of corpus.train(i)) characters.add(character)
  for (const text of heldOutTexts(corpus, sample)) for (const character of text) characters.add(character)
  return [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!).join('')
}

/** The corpus over this alphabet alone: every other character becomes `replacement`, which must be in it. */
export function overAlphabet(corpus: Corpus, alphabet: string, replacement: string): Corpus {
  const known = new Set(alphabet)
  if (!known.has(replacement))
    throw new UsageError(
      `overAlphabet: expected a replacement of the alphabet, got ${JSON.stringify(replacement)}`,
    )
  const fitted = (text: string): string =>
    Array.from(text, character => (known.has(character) ? character : replacement)).join('')
  return {
    name: `${corpus.name} over ${known.size} characters`,
    train: i => fitted(corpus.train(i)),
    heldOut: i => fitted(corpus.heldOut(i)),
    heldOutSize: corpus.heldOutSize,
  }
}
