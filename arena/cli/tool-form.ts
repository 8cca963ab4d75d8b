/** @file Tool calls filled in field by field: a person names a tool and is asked for each of its arguments. */
import { z } from 'zod'
import type { EnvDef } from '../../envs/env.ts'
import type { Json } from '../../envs/json.ts'

interface Field {
  name: string
  type: string
  about: string
  required: boolean
}

export interface ToolForm {
  name: string
  fields: Field[]
}

type Schema = {
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  const?: Json
  enum?: Json[]
  type?: string
  description?: string
}

/** The tools of an environment whose action is `{ tool, args }`; none for any other. */
export function toolForms(env: Pick<EnvDef, 'action'>): ToolForm[] {
  const schema = z.toJSONSchema(env.action, { unrepresentable: 'any' }) as Schema
  return (schema.oneOf ?? schema.anyOf ?? []).flatMap(({ properties }) => {
    const [name, args] = [properties?.['tool']?.const, properties?.['args']]
    if (typeof name !== 'string' || !args) return []
    const required = new Set(args.required)
    const fields = Object.entries(args.properties ?? {}).map(([field, inner]) => ({
      name: field,
      type: typeOf(inner),
      about: inner.description ?? '',
      required: required.has(field),
    }))
    return [{ name, fields }]
  })
}

/** `1 transfer(from, to, cents)`, one line per tool. */
export function formList(forms: readonly ToolForm[]): string {
  return forms
    .map(
      ({ name, fields }, i) =>
        `${String(i + 1).padStart(3)} ${name}(${fields.map(field => field.name).join(', ')})`,
    )
    .join('\n')
}

/** The form that a number or a name means. */
export function chosenForm(forms: readonly ToolForm[], line: string): ToolForm | undefined {
  return forms.find(({ name }, i) => line.trim() === name || line.trim() === String(i + 1))
}

/** Asks for each argument and gives the call. What is no JSON where JSON is due stays text: the environment judges it. */
export async function fillIn(
  { name, fields }: ToolForm,
  ask: (question: string) => Promise<string>,
): Promise<{ tool: string; args: Record<string, Json> }> {
  const args: Record<string, Json> = {}
  for (const field of fields) {
    const mark = field.required ? '' : ', may stay empty'
    const given = await ask(
      `  ${field.name} (${field.type}${mark}${field.about ? `; ${field.about}` : ''}): `,
    )
    if (given === '' && !field.required) continue
    args[field.name] = valueOf(given, field.type)
  }
  return { tool: name, args }
}

function typeOf({ type, enum: values, anyOf, const: fixed }: Schema): string {
  if (values) return values.map(value => JSON.stringify(value)).join(' | ')
  if (fixed !== undefined) return JSON.stringify(fixed)
  return type ?? (anyOf ? anyOf.map(typeOf).join(' or ') : 'JSON')
}

function valueOf(text: string, type: string): Json {
  if (type === 'string' || type.startsWith('"')) return text.replace(/^"(.*)"$/, '$1')
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
