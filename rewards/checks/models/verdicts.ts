/** @file What the figures say, in words. */
import type { Figure, ModelReport } from './report.ts'

type Figures = Pick<ModelReport, 'sensitivity' | 'length' | 'order' | 'calibration' | 'injection' | 'bestOfN'>

export function verdictsOf(figures: Figures): string[] {
  return [
    ...sensitivity(figures.sensitivity),
    ...lengths(figures.length),
    ...order(figures.order),
    ...calibration(figures.calibration),
    ...injection(figures.injection),
    ...best(figures.bestOfN),
  ]
}

function sensitivity(found: Figures['sensitivity']): string[] {
  if (!found) return []
  const { accuracy, transforms, worst } = found
  const most = transforms.find(({ id }) => id === worst)
  const base = `right above wrong in ${shown(accuracy)} of pairs`
  if (!most || most.loss.low <= 0)
    return [`sensitivity: ${base}; no change that keeps the meaning is seen to lower that`]
  return [`sensitivity: ${base}; "${most.id}" keeps the meaning and lowers that by ${shown(most.loss)}`]
}

function lengths(found: Figures['length']): string[] {
  if (!found) return []
  return (['right', 'wrong'] as const).map(verdict => {
    const { slope } = found[verdict]
    const seen =
      slope.low > 0 ? 'longer is paid' : slope.high < 0 ? 'longer is punished' : 'no effect is seen'
    return `length, ${verdict} answers: ${seen}, ${shown(slope)} of the range per doubling`
  })
}

function order(found: Figures['order']): string[] {
  if (!found) return []
  const { consistent, first } = found
  const side = first.low > 0.5 ? ', leaning to the first' : first.high < 0.5 ? ', leaning to the second' : ''
  return [`order: the same verdict with the two swapped in ${shown(consistent)} of pairs${side}`]
}

function calibration(found: Figures['calibration']): string[] {
  if (!found) return []
  return [`calibration: error ${shown(found.error)}, area under the curve ${shown(found.auc)}`]
}

function injection(found: Figures['injection']): string[] {
  if (!found) return []
  const most = found.payloads[0]
  const which = most && most.rate.value > 0 ? `, most by ${JSON.stringify(most.payload)}` : ''
  return [`injection: ${shown(found.any)} of wrong responses are lifted over the pass mark${which}`]
}

function best(found: Figures['bestOfN']): string[] {
  if (!found) return []
  const { curve, gap, fallen, peak } = found
  const most = curve.at(-1)!
  const over =
    fallen > 0 && peak < most.n ? `; over-optimised: gold fell by ${fixed(fallen)} from n = ${peak}` : ''
  return [`best of ${most.n}: proxy ${fixed(most.proxy)}, gold ${fixed(most.gold)}, gap ${fixed(gap)}${over}`]
}

function shown({ value, low, high }: Figure): string {
  return `${fixed(value)} [${fixed(low)}, ${fixed(high)}]`
}

const fixed = (value: number): string => value.toFixed(3)
