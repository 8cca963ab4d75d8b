/**
 * @file Why a loss is 0, or no number, in words. The printed loss of a policy gradient says little: in the first step on a batch ρ is
 * 1 and advantages of a group sum to 0, so that GRPO prints 0 although it learns; the gradient norm tells the two apart.
 */
import type { Estimate } from '../estimate.ts'

export interface LossFacts {
  loss: number
  gradNorm: number
  clipFraction?: number
}

const ZERO = 1e-6
const FLAT = 1e-8

export function explainLoss(
  { loss, gradNorm, clipFraction = 0 }: LossFacts,
  { batch, report, options }: Pick<Estimate, 'batch' | 'report' | 'options'>,
): string {
  if (report.learned === 0) return `nothing was learned: ${leftOut(report)}`
  if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) return notANumber({ loss, gradNorm }, batch)
  if (Math.abs(loss) > ZERO)
    return gradNorm > FLAT
      ? `the loss is ${loss.toPrecision(3)} and there is a gradient (norm ${gradNorm.toPrecision(3)})`
      : `the loss is ${loss.toPrecision(3)} but its gradient is 0: ${whyFlat(report, clipFraction, batch)}`
  if (gradNorm <= FLAT) return `loss and gradient are 0: ${whyFlat(report, clipFraction, batch)}`
  const centred =
    options.objective === 'log-likelihood'
      ? 'the weighted log-probabilities happen to cancel'
      : 'in the first step on a batch every ratio is 1, so that the loss is minus the mean advantage, which a group baseline makes 0'
  return `the loss is 0 and yet there is a gradient (norm ${gradNorm.toPrecision(3)}): ${centred}; watch returns, not the loss`
}

type Report = Estimate['report']

function leftOut({ unjudged, empty, alone }: Report): string {
  return `${unjudged} rollouts were not judged, ${empty} have no token, ${alone} were the only judged one of their group`
}

function whyFlat(report: Report, clipFraction: number, batch: Estimate['batch']): string {
  const { zeroVariance, groups } = report
  if (groups > 0 && zeroVariance.length === groups)
    return `in all ${groups} groups the rewards are equal, so that every advantage is 0; sample more, take tasks that are solved sometimes, or refill groups (dynamic sampling)`
  if (batch.every(({ advantage }) => [advantage].flat().every(value => value === 0)))
    return 'every advantage is 0'
  if (batch.every(({ tokenWeight }) => tokenWeight === 0))
    return 'every token has the weight 0: all are masked'
  if (clipFraction > 0.99)
    return 'every ratio stands outside the clip range: the policy has moved away from these samples; take fewer steps per batch'
  return 'advantages are there, but the model does not react: is it at a point where the tokens have probability 1, or are its weights frozen?'
}

function notANumber({ loss, gradNorm }: LossFacts, batch: Estimate['batch']): string {
  const what = `the loss is ${loss} and the gradient norm ${gradNorm}`
  for (const [i, { advantage, completion, refLogprobs = [], returns = [], tokenWeight }] of batch.entries()) {
    const lists = {
      advantage: [advantage].flat(),
      'sampling log-probabilities': completion.logprobs,
      'reference log-probabilities': refLogprobs,
      returns,
      'token weight': [tokenWeight],
    }
    for (const [name, values] of Object.entries(lists)) {
      const at = values.findIndex(value => !Number.isFinite(value))
      if (at >= 0) return `${what}: experience ${i} brought ${values[at]} in its ${name}`
    }
  }
  const lowest = Math.min(...batch.flatMap(({ completion }) => completion.logprobs))
  if (lowest < -50)
    return `${what}: a sampled token has a log-probability of ${lowest.toFixed(0)}, so that its ratio can overflow; were samples drawn at another temperature, or from another policy?`
  return `${what} although the batch is finite: the weights overflowed; lower the learning rate, and roll back`
}
