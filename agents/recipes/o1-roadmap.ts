/**
 * @file The roadmap of arXiv 2412.14135 on a laptop: clone a fallible expert, then let search feed RL until the student
 * is better than its teacher.
 *
 * The expert forgets carries in most problems, so cloning alone stops at its level; the group of candidates that
 * best-of-N draws holds right and wrong answers side by side, and GRPO moves towards the right ones. What was tried on
 * the way (learning rates, initialisation, rotary base) stands in docs/decisions.md.
 */
import type { Recipe } from './recipe.ts'

export const o1Roadmap: Recipe = {
  name: 'o1-roadmap',
  policy: {
    shape: {
      hiddenSize: 64,
      intermediateSize: 176,
      numHiddenLayers: 2,
      numAttentionHeads: 4,
      numKeyValueHeads: 4,
      ropeTheta: 30,
      rmsNormEps: 1e-5,
      tieWordEmbeddings: false,
      initializerRange: 0.07,
    },
    expertSlip: 0.7,
    initialisation: {
      steps: 350,
      batchSize: 256,
      learningRate: { peak: 3e-3, warmupSteps: 50, finalFraction: 0.3 },
    },
  },
  reward: 'outcome',
  search: { strategy: 'best-of-n', n: 8, guidance: 'verifier', temperature: 1 },
  learning: {
    algorithm: 'grpo',
    iterations: 200,
    tasksPerIteration: 64,
    learningRate: { peak: 8e-4, warmupSteps: 10, finalFraction: 0.05 },
    clipLow: 0.2,
    clipHigh: 0.2,
    klCoef: 0,
  },
}
