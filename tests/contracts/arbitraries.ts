/** @file Random actions for the contract suite: plain objects and tool calls. */
import fc from 'fast-check'

/** An object with these fields, all of them there. */
export const filled = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true })

/** A call of this tool. */
export const call = (
  tool: string,
  args: fc.Arbitrary<object>,
): fc.Arbitrary<{ tool: string; args: object }> => args.map(given => ({ tool, args: given }))
