/**
 * @file The controller of a training run: it watches, and says when to change phase, to warn and to roll back.
 *
 * Behaviour cloning goes on until sampled validation accuracy stands still, then reinforcement learning begins (arXiv
 * 2412.14135, learning). The best policy is kept; a severe alarm, or accuracy far below the best, puts it back.
 */
import type { LearningPolicy } from '../policy.ts'
import type { Alarm, AlarmOptions, Reading } from './controller/alarms.ts'
import { alarms } from './controller/alarms.ts'
import { BestCheckpoint } from './controller/best-checkpoint.ts'
import type { PlateauOptions } from './controller/plateau.ts'
import { plateau } from './controller/plateau.ts'

export type Phase = 'cloning' | 'reinforcement'

export interface ControllerOptions {
  plateau: PlateauOptions
  alarms?: AlarmOptions
  /** Accuracy this far below the best is a reason to roll back; default: 0.2. */
  maxDrop?: number
  /** Roll-backs after which the run stops; default: 3. */
  maxRollBacks?: number
  /** Default: cloning. */
  phase?: Phase
}

export type Decision =
  | { kind: 'go on' }
  /** Cloning has plateaued; the best cloned policy is in place, and the optimiser is fresh. */
  | { kind: 'switch'; to: 'reinforcement'; reason: string }
  /** The best policy is in place again; the learning rate should be halved. */
  | { kind: 'rolled back'; step: number; accuracy: number; reason: string }
  | { kind: 'stop'; reason: string }

export class Controller {
  readonly #policy: LearningPolicy
  readonly #options: ControllerOptions
  readonly #best = new BestCheckpoint()
  #phase: Phase
  #accuracies: number[] = []
  #readings: Reading[] = []
  #rollBacks = 0

  constructor(policy: LearningPolicy, options: ControllerOptions) {
    this.#policy = policy
    this.#options = options
    this.#phase = options.phase ?? 'cloning'
  }

  get phase(): Phase {
    return this.#phase
  }

  /** How often the policy was put back. */
  get rollBacks(): number {
    return this.#rollBacks
  }

  /** After an update: what is wrong with it. */
  observe(reading: Reading): Alarm[] {
    this.#readings.push(reading)
    return alarms(this.#readings, this.#options.alarms)
  }

  /** After sampled accuracy was measured on validation tasks: what to do. Severe alarms are those of `observe` since. */
  async validated(accuracy: number, step: number, severe: readonly Alarm[] = []): Promise<Decision> {
    const { maxDrop = 0.2 } = this.#options
    const serious = severe.find(alarm => alarm.severe)
    if (serious) return this.#rollBack(serious.message)
    const best = this.#best.accuracy
    if (best !== null && accuracy < best - maxDrop)
      return this.#rollBack(
        `accuracy fell to ${accuracy.toFixed(3)}, from ${best.toFixed(3)} at step ${this.#best.step}`,
      )
    await this.#best.offer(this.#policy, accuracy, step)
    this.#accuracies.push(accuracy)
    if (this.#phase === 'reinforcement') return { kind: 'go on' }
    const { plateaued, reason } = plateau(this.#accuracies, this.#options.plateau)
    if (!plateaued) return { kind: 'go on' }
    await this.#best.rollBack(this.#policy)
    await this.#policy.resetOptimizer()
    this.#phase = 'reinforcement'
    // What is normal for one phase is not for the other.
    this.#readings = []
    return { kind: 'switch', to: 'reinforcement', reason }
  }

  async #rollBack(reason: string): Promise<Decision> {
    const { maxRollBacks = 3 } = this.#options
    if (this.#best.accuracy === null) return { kind: 'stop', reason: `${reason}; no policy was kept before` }
    const { accuracy, step } = await this.#best.rollBack(this.#policy)
    this.#readings = []
    this.#rollBacks += 1
    if (this.#rollBacks > maxRollBacks)
      return {
        kind: 'stop',
        reason: `${reason}; rolled back ${this.#rollBacks} times, the policy is that of step ${step}`,
      }
    return { kind: 'rolled back', step, accuracy, reason }
  }
}
