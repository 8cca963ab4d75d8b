/** @file Where an external model is, `<model>@<url>`, and the key that opens it. */
import { UsageError } from '../../../envs/errors.ts'

export interface Address {
  model: string
  /** Without a slash at the end, e.g. `http://localhost:8000/v1`. */
  url: string
}

/** Reads `<model>@<url>`; the model's name may hold an @ itself. Throws UsageError where one of the two is missing. */
export function parseAddress(text: string): Address {
  const at = text.search(/@https?:\/\//i)
  if (at < 1)
    throw new UsageError(
      `expected <model>@<url> like llama3.2@http://localhost:11434/v1, got ${JSON.stringify(text)}`,
    )
  return { model: text.slice(0, at), url: checkedUrl(text.slice(at + 1)) }
}

/** The address of an endpoint's root. Throws UsageError for one that holds a secret, as addresses are shown on leaderboards. */
export function checkedUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new UsageError(`expected an address like http://localhost:8000/v1, got ${JSON.stringify(text)}`)
  }
  if (!/^https?:$/.test(url.protocol))
    throw new UsageError(`expected an address with http or https, got ${url.protocol}//`)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(
      `${url.origin}${url.pathname}: expected an address without name, password and query, as it is shown in public; ` +
        'put the key into LUDUS_API_KEY',
    )
  return url.href.replace(/\/+$/, '')
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * LUDUS_API_KEY goes wherever the user points; OPENAI_API_KEY, which other programs have set, only to OpenAI itself. null:
 * no key, as local servers need none.
 */
export function keyFor(url: string, environment: Environment = process.env): string | null {
  const own = environment['LUDUS_API_KEY']
  if (own) return own
  const { protocol, hostname } = new URL(url)
  const isOpenAi = protocol === 'https:' && (hostname === 'openai.com' || hostname.endsWith('.openai.com'))
  return (isOpenAi && environment['OPENAI_API_KEY']) || null
}
