/** @file Makes an exhibit from what the faulty reward and its twin share, and their two scores. */
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'
import { rewardExhibit as paired } from './typed.ts'

type Shared<T> = Omit<RewardSubject<T>, 'name' | 'score'>

export function rewardExhibit<T>(
  entry: Pick<RewardExhibit, 'id' | 'property' | 'minimal'>,
  facts: Shared<T>,
  scores: { faulty: RewardSubject<T>['score']; fixed: RewardSubject<T>['score'] },
): RewardExhibit {
  const subject = (faulty: boolean): RewardSubject<T> => ({
    ...facts,
    name: entry.id,
    score: faulty ? scores.faulty : scores.fixed,
  })
  return paired({ ...entry, subject })
}
