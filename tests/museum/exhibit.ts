/** @file Makes an exhibit from what the faulty reward and its twin share, and their two scores. */
import type { RewardSubject } from '../../rewards/checks/subject.ts'
import type { RewardExhibit } from './entry.ts'

type Shared<T> = Omit<RewardSubject<T>, 'name' | 'score'>

export function rewardExhibit<T>(
  entry: Pick<RewardExhibit, 'id' | 'property' | 'minimal'>,
  facts: Shared<T>,
  scores: { faulty: RewardSubject<T>['score']; fixed: RewardSubject<T>['score'] },
): RewardExhibit {
  const subject = (name: string, score: RewardSubject<T>['score']) =>
    ({ ...facts, name, score }) as unknown as RewardSubject<never>
  return {
    ...entry,
    faulty: subject(entry.id, scores.faulty),
    fixed: subject(`${entry.id}, fixed`, scores.fixed),
  }
}
