/** @file How large a counterexample is. */

type Found = Readonly<Record<string, unknown>>

/**
 * Characters of what is answered, the form of answers aside; else the number of actions, pairs or steps; else characters
 * of all that was found beside the task.
 */
export function sizeOf(input: Found): number {
  return answerSize(input) ?? listSize(input) ?? restSize(input)
}

function answerSize({ response, responses, answer, answers, times }: Found): number | null {
  if (typeof response === 'string') return response.length
  if (Array.isArray(response)) {
    const [before, unit, count, after] = response as [string, string, number, string]
    return before.length + unit.length * count + after.length
  }
  if (Array.isArray(responses)) return responses.join('').length
  if (Array.isArray(answers)) return answers.join(', ').length
  if (typeof answer === 'string') return answer.length + (typeof times === 'number' ? times : 0)
  return null
}

function listSize(input: Found): number | null {
  const lists = Object.values(input).filter(value => Array.isArray(value))
  return lists.length > 0 ? lists.reduce((sum, list) => sum + list.length, 0) : null
}

function restSize({ task: _task, ...rest }: Found): number {
  return JSON.stringify(rest).length
}
