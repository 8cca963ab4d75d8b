/** @file How tool calls look to an agent: what it is shown, the schema of a call, and calls as lines of JSON. */
import { z } from 'zod'
import type { TextForm } from '../env.ts'
import type { Json } from '../json.ts'

export type Call = { tool: string; args: { [name: string]: Json } }

/** A tool as an agent sees it. */
export interface ShownTool {
  name: string
  description: string
  args: z.ZodType
  /** JSON Schema of the arguments, where it is known from elsewhere. */
  schema?: Json
}

const json = z.json() as z.ZodType<Json>
export const toolObservation = z.object({
  request: z.string().describe('What has to be done'),
  tools: z.array(z.object({ name: z.string(), description: z.string(), arguments: json })),
  result: json.describe('What the last call gave; null before the first'),
})
export type ToolObservation = z.infer<typeof toolObservation>

const FORM =
  'Answer with one tool call per line, as JSON: {"tool":"name","args":{…}}. Call finish when the request is carried out.'

/** `finish`, with an answer where one is asked for. */
export function finishTool(answer: z.ZodType<Json> | undefined): ShownTool {
  return {
    name: 'finish',
    description: answer ? 'Gives the answer and ends the task.' : 'Says that the request is carried out.',
    args: answer ? z.strictObject({ answer }) : z.strictObject({}),
  }
}

/** The call that ends an episode. */
export function finishCall(answer?: Json): Call {
  return { tool: 'finish', args: answer === undefined ? {} : { answer } }
}

/** One object per tool: `{ tool, args }`, with no other key. */
export function callSchema(tools: readonly ShownTool[]): z.ZodType<Call> {
  const [first, ...rest] = tools.map(({ name, args }) => z.strictObject({ tool: z.literal(name), args }))
  return z
    .discriminatedUnion('tool', [first!, ...rest])
    .describe('One tool call') as unknown as z.ZodType<Call>
}

export function describeTools(tools: readonly ShownTool[]): ToolObservation['tools'] {
  return tools.map(({ name, description, args, schema }) => ({
    name,
    description,
    arguments: schema ?? (z.toJSONSchema(args) as Json),
  }))
}

/** A call is a line of JSON, and so is what comes of it. */
export function callForm(action: z.ZodType<Call>, rules: string): TextForm<ToolObservation, Call> {
  return {
    prompt: ({ request, tools, result }) => [
      { role: 'system', content: `${rules} ${FORM}\nTools: ${JSON.stringify(tools)}` },
      { role: 'user', content: request },
      ...(result === null ? [] : [{ role: 'user' as const, content: JSON.stringify(result) }]),
    ],
    parse: reply => {
      const checked = action.safeParse(parsedJson(reply))
      return checked.success ? checked.data : { invalid: reply }
    },
    render: call => `${JSON.stringify(call)}\n`,
    stepEnd: '\n',
    respond: ({ result }) => `${JSON.stringify(result)}\n`,
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
