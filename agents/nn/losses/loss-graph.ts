/**
 * @file Every loss by name: which inputs it reads, and its value on a model.
 *
 * N = B·S tokens, Q sequences. Token inputs are `[N]`, sequence inputs `[Q]`, scalars `[]`.
 */
import type { Tensor } from '../graph/graph.ts'
import { sequenceStates } from '../model/forward.ts'
import type { KlEstimator } from './token-losses.ts'
import {
  binaryCrossEntropy,
  clipFraction,
  clippedSurrogate,
  clippedValueLoss,
  crossEntropy,
  indicator,
  klEstimate,
  meanWhere,
  tokenLogprobs,
} from './token-losses.ts'
import { add, div, matmul, maximum, mul, oneHot, reshape, sub, sum } from '../graph/ops.ts'
import {
  bradleyTerryLoss,
  dpoLoss,
  implicitRewardLoss,
  ipoLoss,
  ktoLoss,
  simpoLoss,
  weightedNegativeMean,
} from './preference-losses.ts'
import type { Model } from '../model/transformer.ts'
import { logits, scalars } from '../model/transformer.ts'

export type LossSpec =
  /** Inputs: weight. `critic` adds `valueCoef · Σ uₜ(Vₜ − Rₜ)²`: inputs valueWeight (u) and returns, scalar valueCoef. */
  | { kind: 'cross-entropy'; critic?: boolean }
  /**
   * Inputs: weight, advantages, oldLogprobs, refLogprobs; scalars clipLow, clipHigh, klCoef.
   * `ratio: 'sequence'` clips each sequence's geometric mean (GSPO). `critic` adds the value loss, with its inputs and the
   * scalar valueCoef.
   */
  | { kind: 'clipped-surrogate'; klEstimator?: KlEstimator; ratio?: 'token' | 'sequence'; critic?: boolean }
  /** Inputs: weight, returns, oldValues; scalar valueClip. */
  | { kind: 'value' }
  /**
   * Inputs: weight (1 per token to sum log-probabilities), refLogprobs of each sequence; scalars beta, smoothing. `nll` adds
   * the mean of `−c·log π(chosen)` with input nllWeights, the c of each pair.
   */
  | { kind: 'dpo'; nll?: boolean }
  /** As dpo, without smoothing. */
  | { kind: 'ipo' }
  /** Inputs: weight (1/length per token); scalars beta, gamma. */
  | { kind: 'simpo' }
  /** Inputs: weight, refLogprobs, labels and lambdas (the weight) of each sequence; scalars beta, reference. */
  | { kind: 'kto' }
  /** Inputs: weight, labels. */
  | { kind: 'step-labels' }
  /** Inputs: weight (1 at the token whose score counts), margin of each pair; scalar centre. */
  | { kind: 'bradley-terry' }
  /** Inputs: weight (1 per token to sum log-probabilities), refLogprobs and labels of each sequence; scalar beta. */
  | { kind: 'implicit-reward' }

/** What a batch looks like: graphs, and so sessions, are made for it. */
export interface BatchShape {
  rows: number
  /** S: predictions per row. */
  steps: number
  /** Q; 0 where no loss asks for sequences. */
  sequences: number
  packed: boolean
  positioned: boolean
}

export type InputOf = (name: string, shape: readonly number[], dtype?: 'int32') => Tensor

export interface LossValue {
  value: Tensor
  /** Scalars to watch. */
  stats: Record<string, Tensor>
}

/** The names of what a loss reports beside its value. */
export function statsOf(spec: LossSpec): string[] {
  return spec.kind === 'clipped-surrogate' ? ['approxKl', 'clipFraction'] : []
}

/** The loss is a mean over the batch's sequences; of others, the weights of the tokens say what it is. */
export function isMeanOfSequences({ kind }: LossSpec): boolean {
  return ['dpo', 'ipo', 'simpo', 'kto', 'bradley-terry', 'implicit-reward'].includes(kind)
}

/** Value of the loss of one batch. `input` declares an input of the graph and gives it. */
export function lossValue(model: Model, spec: LossSpec, shape: BatchShape, input: InputOf): LossValue {
  const pass = new Pass(model, shape, input)
  switch (spec.kind) {
    case 'cross-entropy': {
      const value = crossEntropy(pass.logprobs(), pass.token('weight'))
      return { value: spec.critic ? add(value, squaredValueLoss(pass)) : value, stats: {} }
    }
    case 'clipped-surrogate':
      return surrogateValue(pass, spec)
    case 'value':
      return { value: valueLoss(pass), stats: {} }
    case 'step-labels': {
      const value = binaryCrossEntropy(pass.scalars(), pass.token('labels'), pass.token('weight'))
      return { value, stats: {} }
    }
    case 'implicit-reward':
      return { value: implicitRewardValue(pass), stats: {} }
    case 'dpo':
    case 'ipo':
    case 'simpo':
    case 'kto':
    case 'bradley-terry': {
      const value = preferenceValue(pass, spec.kind)
      const nll = spec.kind === 'dpo' && spec.nll
      return { value: nll ? add(value, chosenLoss(pass)) : value, stats: {} }
    }
  }
}

function surrogateValue(pass: Pass, spec: Extract<LossSpec, { kind: 'clipped-surrogate' }>): LossValue {
  const { klEstimator = 'k3', ratio = 'token', critic = false } = spec
  const [logprobs, oldLogprobs, weight] = [pass.logprobs(), pass.token('oldLogprobs'), pass.token('weight')]
  const difference = sub(logprobs, oldLogprobs)
  const input = {
    logprobs,
    logRatio: ratio === 'token' ? difference : pass.sequenceMeans(difference, weight),
    refLogprobs: pass.token('refLogprobs'),
    advantages: pass.token('advantages'),
    weight,
    clipLow: pass.scalar('clipLow'),
    clipHigh: pass.scalar('clipHigh'),
    klCoef: pass.scalar('klCoef'),
    klEstimator,
  }
  const surrogate = clippedSurrogate(input)
  const mask = indicator(weight, weight.graph.constant(0))
  // The sample is from π_old, so its KL to π_θ is k3 with the roles exchanged.
  const approxKl = meanWhere(klEstimate('k3', oldLogprobs, logprobs), mask)
  const value = critic ? add(surrogate, mul(pass.scalar('valueCoef'), valueLoss(pass))) : surrogate
  return { value, stats: { approxKl, clipFraction: clipFraction(input) } }
}

function valueLoss(pass: Pass): Tensor {
  return clippedValueLoss(pass.scalars(), {
    returns: pass.token('returns'),
    oldValues: pass.token('oldValues'),
    weight: pass.token('weight'),
    range: pass.scalar('valueClip'),
  })
}

/** `c · Σ uₜ(Vₜ − Rₜ)²`, the value half of AlphaZero's loss (Silver et al. 2017, eq. 1). */
function squaredValueLoss(pass: Pass): Tensor {
  const miss = sub(pass.scalars(), pass.token('returns'))
  const squares = mul(pass.token('valueWeight'), mul(miss, miss))
  return mul(pass.scalar('valueCoef'), sum(squares, [0]))
}

function chosenLoss(pass: Pass): Tensor {
  return weightedNegativeMean(pass.sequenceSums(pass.logprobs()), pass.pair('nllWeights'))
}

function implicitRewardValue(pass: Pass): Tensor {
  return implicitRewardLoss(pass.sequenceSums(pass.logprobs()), {
    refLogprobs: pass.sequence('refLogprobs'),
    labels: pass.sequence('labels'),
    beta: pass.scalar('beta'),
  })
}

function preferenceValue(pass: Pass, kind: 'dpo' | 'ipo' | 'simpo' | 'kto' | 'bradley-terry'): Tensor {
  if (kind === 'bradley-terry') {
    const scores = pass.sequenceSums(pass.scalars())
    return bradleyTerryLoss(scores, pass.pair('margin'), pass.scalar('centre'))
  }
  const logprobs = pass.sequenceSums(pass.logprobs())
  const beta = pass.scalar('beta')
  if (kind === 'simpo') return simpoLoss(logprobs, beta, pass.scalar('gamma'))
  const refLogprobs = pass.sequence('refLogprobs')
  if (kind === 'dpo') return dpoLoss(logprobs, refLogprobs, beta, pass.scalar('smoothing'))
  if (kind === 'ipo') return ipoLoss(logprobs, refLogprobs, div(beta.graph.constant(0.5), beta))
  return ktoLoss({
    logprobs,
    refLogprobs,
    labels: pass.sequence('labels'),
    weights: pass.sequence('lambdas'),
    reference: pass.scalar('reference'),
    beta,
  })
}

/** One pass of the model over a batch; hidden states are computed once, inputs declared once. */
class Pass {
  readonly #model: Model
  readonly #shape: BatchShape
  readonly #input: InputOf
  readonly #known = new Map<string, Tensor>()

  constructor(model: Model, shape: BatchShape, input: InputOf) {
    this.#model = model
    this.#shape = shape
    this.#input = input
  }

  /** log π of each target, `[N]`. */
  logprobs(): Tensor {
    return this.#once('logprobs', () =>
      tokenLogprobs(logits(this.#model, this.#states()), this.#input('targets', [this.#count], 'int32')),
    )
  }

  /** The scalar head at each token, `[N]`. */
  scalars(): Tensor {
    return this.#once('scalars', () => scalars(this.#model, this.#states()))
  }

  token(name: string): Tensor {
    return this.#once(`input ${name}`, () => this.#input(name, [this.#count]))
  }

  sequence(name: string): Tensor {
    return this.#once(`input ${name}`, () => this.#input(name, [this.#shape.sequences]))
  }

  pair(name: string): Tensor {
    return this.#once(`input ${name}`, () => this.#input(name, [this.#shape.sequences / 2]))
  }

  scalar(name: string): Tensor {
    return this.#once(`input ${name}`, () => this.#input(name, []))
  }

  /** `Σ wₜxₜ` of each sequence, `[Q]`. */
  sequenceSums(x: Tensor): Tensor {
    return this.#summed(mul(x, this.token('weight')))
  }

  /** The mean over each sequence's weighted tokens, given back to its tokens: `[N]`. */
  sequenceMeans(x: Tensor, weight: Tensor): Tensor {
    const mask = indicator(weight, weight.graph.constant(0))
    const lengths = maximum(this.#summed(mask), x.graph.constant(1))
    const means = div(this.#summed(mul(x, mask)), lengths)
    const shared = matmul(this.#membership(), reshape(means, [this.#shape.sequences, 1]))
    return reshape(shared, [this.#count])
  }

  get #count(): number {
    return this.#shape.rows * this.#shape.steps
  }

  #states(): Tensor {
    const { rows, steps, packed, positioned } = this.#shape
    const ids = (name: string): Tensor => this.#input(name, [rows, steps], 'int32')
    return this.#once('states', () =>
      sequenceStates(this.#model, {
        tokens: ids('tokens'),
        positions: positioned || packed ? ids('positions') : undefined,
        segments: packed ? ids('segments') : undefined,
      }),
    )
  }

  /** `[N] → [Q]` */
  #summed(x: Tensor): Tensor {
    const product = matmul(reshape(x, [1, this.#count]), this.#membership())
    return reshape(product, [this.#shape.sequences])
  }

  /** 1 where a token belongs to a sequence, `[N, Q]`. */
  #membership(): Tensor {
    const { sequences } = this.#shape
    return this.#once('membership', () => oneHot(this.#input('sequences', [this.#count], 'int32'), sequences))
  }

  #once(name: string, make: () => Tensor): Tensor {
    let tensor = this.#known.get(name)
    if (!tensor) this.#known.set(name, (tensor = make()))
    return tensor
  }
}
