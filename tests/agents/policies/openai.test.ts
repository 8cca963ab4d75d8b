import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Ledger } from '../../../agents/ledger.ts'
import { checkedUrl, keyFor, parseAddress } from '../../../agents/policies/endpoint/address.ts'
import { retryAfterMs } from '../../../agents/policies/endpoint/http.ts'
import {
  chatReply,
  completionReply,
  errorText,
  ReplyError,
  streamReply,
} from '../../../agents/policies/endpoint/replies.ts'
import { eventsOf } from '../../../agents/policies/endpoint/stream.ts'
import type { EndpointOptions } from '../../../agents/policies/endpoint/policy.ts'
import { CONTINUE, endpointPolicy } from '../../../agents/policies/endpoint/policy.ts'
import type { Prompt } from '../../../agents/policy.ts'
import { UsageError } from '../../../envs/errors.ts'
import type { Answer, Seen, TestServer } from './openai-server.ts'
import { cutJson, events, halfABody, hang, json, RECORDINGS, startServer } from './openai-server.ts'

const question: Prompt = [{ role: 'user', content: 'What is the greatest common divisor of 48 and 18?' }]
const greedy = { temperature: 0, maxTokens: 16, seeds: [['a']] }
const { errors } = RECORDINGS

let server: TestServer
const test = suite('openai endpoint')
test.before.each(async () => {
  server = await startServer()
})
test.after.each(() => server.close())

function policyOf(answers: Answer[], options: EndpointOptions = {}) {
  server.answers = answers
  return endpointPolicy('m', server.url, { key: 'sk-secret', backoffMs: 1, retries: 2, ...options })
}

async function refusal(
  run: Promise<unknown>,
  kind: new (message: string) => Error = UsageError,
): Promise<string> {
  try {
    await run
  } catch (error) {
    assert.instance(error, kind)
    return (error as Error).message
  }
  return assert.unreachable('expected a refusal') as never
}

test('a chat of OpenAI gives text, tokens, log-probabilities and costs', async () => {
  const ledger = new Ledger()
  const policy = policyOf([json(RECORDINGS.openai)], {
    ledger,
    topLogprobs: 2,
    numParameters: 10,
    prices: { prompt: 1, completion: 2 },
  })
  const [completion] = await policy.sample([question], { ...greedy, topP: 0.9, stop: '\n' })
  assert.equal(completion, {
    text: '48 mod 18 = 12',
    tokens: [0, 1, 2],
    logprobs: [-0.0001, -0.02, -0.3],
    stopped: true,
    numTokens: 3,
    finish: 'stop',
    topLogprobs: [
      [-0.0001, -9.5],
      [-0.02, -4.1],
      [-0.3, -1.4],
    ],
    topTokens: [
      ['48', 'First'],
      [' mod', '%'],
      [' 18 = 12', ' 18'],
    ],
  })
  const { path, headers, body } = server.seen[0]!
  assert.is(path, '/v1/chat/completions')
  assert.is(headers.authorization, 'Bearer sk-secret')
  const { seed, ...rest } = body
  assert.ok(Number.isInteger(seed))
  assert.equal(rest, {
    model: 'm',
    messages: question,
    temperature: 0,
    max_tokens: 16,
    stop: ['\n'],
    top_p: 0.9,
    logprobs: true,
    top_logprobs: 2,
  })
  const costs = ledger.costs()
  assert.equal([costs.scoredTokens, costs.cachedTokens, costs.generatedTokens, costs.flops], [41, 20, 3, 880])
  assert.equal(policy.spent(), {
    requests: 1,
    promptTokens: 61,
    completionTokens: 3,
    cachedTokens: 20,
    money: 67e-6,
  })
  assert.equal(policy.capabilities(), { logprobs: true, n: null, echo: null, usage: true })
  await policy.close()
})

test('the same coordinates send the same seed, others another', async () => {
  const policy = policyOf([json(RECORDINGS.openai)])
  await policy.sample([question, question, question], {
    ...greedy,
    seeds: [
      ['a', 1],
      ['a', 2],
      ['a', 1],
    ],
  })
  const seeds = server.seen.map(({ body }) => body['seed'] as number).sort((a, b) => a - b)
  assert.is(new Set(seeds).size, 2)
  await policy.close()
})

test('vLLM says that the stop text ended it, which is put back; what it does not give is not made up', async () => {
  const policy = policyOf([json(RECORDINGS.vllm)])
  const [completion] = await policy.sample([question], { ...greedy, stop: '\n' })
  assert.is(completion!.text, '48 mod 18 = 12\n')
  assert.equal(completion!.tokens, [])
  assert.equal(completion!.logprobs, [])
  assert.is(completion!.numTokens, 9)
  assert.is(policy.capabilities().logprobs, false)
  // Unknown parameters: FLOPs are unknown, null in JSON, while tokens are counted.
  assert.is(JSON.stringify(policy.client.ledger.costs().flops), 'null')
  assert.is(policy.client.ledger.costs().generatedTokens, 9)
  const strict = policyOf([json(RECORDINGS.vllm)], { requireLogprobs: true })
  assert.match(await refusal(strict.sample([question], greedy)), /gives no log-probabilities of its samples/)
  await policy.close()
})

test('llama.cpp and Ollama', async () => {
  const policy = policyOf([json(RECORDINGS.llamacpp), json(RECORDINGS.ollama)])
  const [cut] = await policy.sample([question], greedy)
  assert.is(cut!.stopped, false)
  const [whole] = await policy.sample([question], greedy)
  assert.ok(whole!.stopped && whole!.text.startsWith('<think>'))
  await policy.close()
})

test('a beginning of the answer is continued as the endpoint does it', async () => {
  const begun: Prompt = [...question, { role: 'assistant', content: '48 mod 18 = 12\n' }]
  const bodies = []
  for (const continuation of ['turn', 'prefill', 'vllm'] as const) {
    const policy = policyOf([json(RECORDINGS.openai)], { continuation })
    await policy.sample([begun], greedy)
    bodies.push(server.seen.at(-1)!.body)
    await policy.close()
  }
  assert.equal(bodies[0]!['messages'], [...begun, { role: 'user', content: CONTINUE }])
  assert.equal(bodies[1]!['messages'], begun)
  assert.is(bodies[1]!['continue_final_message'], undefined)
  assert.is(bodies[2]!['continue_final_message'], true)
  assert.is(bodies[2]!['add_generation_prompt'], false)
})

test('texts of others are scored by an echo, over the completion alone', async () => {
  const policy = policyOf([json(RECORDINGS.vllmEcho)], { api: 'completions' })
  const prompt: Prompt = [{ role: 'user', content: '2+2=' }]
  assert.equal(await policy.logprobs([{ prompt, completion: '4\n' }]), [[-0.125, -0.75]])
  assert.is(server.seen[0]!.path, '/v1/completions')
  assert.is(server.seen[0]!.body['prompt'], '2+2=\n4\n')
  assert.is(policy.capabilities().echo, true)
  await policy.close()
})

test('what cannot be scored is refused with a reason', async () => {
  const prompt: Prompt = [{ role: 'user', content: '2+2=' }]
  const pairs = [{ prompt, completion: '4\n' }]
  const chat = policyOf([json(RECORDINGS.openai)])
  assert.match(await refusal(chat.logprobs(pairs)), /chat\/completions/)
  const silent = policyOf([json(RECORDINGS.llamacppCompletion)], { api: 'completions' })
  assert.match(await refusal(silent.logprobs(pairs)), /does not echo prompts/)
  assert.is(silent.capabilities().echo, false)
  const whole = structuredClone(RECORDINGS.vllmEcho) as { choices: { logprobs: object }[] }
  whole.choices[0]!.logprobs = {
    tokens: ['2+2=', '\n4', '\n', '5'],
    token_logprobs: [null, -1, -2, -3],
    text_offset: [0, 4, 6, 7],
  }
  const joined = policyOf([json(whole)], { api: 'completions' })
  assert.match(await refusal(joined.logprobs(pairs)), /joins the end of the prompt/)
})

test('sampling that the API does not know is refused unless it is said to be read', async () => {
  const policy = policyOf([json(RECORDINGS.openai)])
  assert.match(await refusal(policy.sample([question], { ...greedy, topK: 5 })), /extendedSampling/)
  const extended = policyOf([json(RECORDINGS.openai)], { extendedSampling: true })
  await extended.sample([question], { ...greedy, topK: 5, minP: 0.1 })
  assert.is(server.seen.at(-1)!.body['top_k'], 5)
  assert.is(server.seen.at(-1)!.body['min_p'], 0.1)
})

test('n: what an endpoint gives less than asked for is asked for again, with other seeds', async () => {
  const policy = policyOf([json(RECORDINGS.ollama)], { useN: true })
  const completions = await policy.sample([question, question, question], {
    ...greedy,
    seeds: [['a'], ['b'], ['c']],
  })
  assert.is(completions.length, 3)
  assert.is(policy.capabilities().n, false)
  assert.equal(
    server.seen.map(({ body }) => body['n']),
    [3, undefined, undefined],
  )
  assert.is(new Set(server.seen.map(({ body }) => body['seed'])).size, 3)
})

test('429 with Retry-After, in seconds and as a date, is waited for', async () => {
  const limited = (after: string): Answer => json(errors.rateLimit, 429, { 'retry-after': after })
  const policy = policyOf([limited('0.3'), json(RECORDINGS.openai)])
  await policy.sample([question], greedy)
  const [first, second] = server.seen as [Seen, Seen]
  assert.ok(second.at - first.at >= 290, `waited ${second.at - first.at} ms`)
  const now = Date.parse('Fri, 28 Nov 2025 12:00:00 GMT')
  assert.is(retryAfterMs('Fri, 28 Nov 2025 12:00:07 GMT', now), 7000)
  assert.is(retryAfterMs('Fri, 28 Nov 2025 11:00:00 GMT', now), 0)
  assert.is(retryAfterMs('soon', now), null)
  const patient = policyOf([limited('3600'), json(RECORDINGS.openai)])
  assert.match(await refusal(patient.sample([question], greedy), Error), /asks to wait 3600 s, longer than/)
})

test('500, half a body, cut JSON and a cut stream are tried again', async () => {
  for (const [name, answer] of Object.entries({
    'status 500': json({ error: 'boom' }, 500),
    'half a body': halfABody,
    'cut json': cutJson,
    'another shape': json({ choices: [] }),
    'no end': events(RECORDINGS.stream, { whole: false }),
    'no finish': events(RECORDINGS.stream.slice(0, 2)),
  })) {
    const before = server.seen.length
    const policy = policyOf([answer, json(RECORDINGS.openai)])
    const [completion] = await policy.sample([question], greedy)
    assert.is(completion!.text, '48 mod 18 = 12', name)
    assert.is(server.seen.length - before, 2, name)
    await policy.close()
  }
})

test('what never gets better is given up, with the last reason and without the key', async () => {
  const policy = policyOf([json({ error: { message: 'overloaded by sk-secret' } }, 503)])
  const message = await refusal(policy.sample([question], greedy), Error)
  assert.match(message, /gave up after 3 tries; the last one: status 503 \(overloaded by \[key\]\)/)
  assert.is(server.seen.length, 3)
})

test('what asking again cannot help is refused at once', async () => {
  const cases: [Answer, RegExp][] = [
    [json(errors.badKey, 401), /status 401 \(Incorrect API key provided: \[key\].*LUDUS_API_KEY/],
    [json(errors.noModel, 404), /`nope` does not exist.*name of the model/],
    [
      response => {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end(errors.html)
      },
      /expected JSON, got a page.*usually ends in \/v1/,
    ],
  ]
  for (const [answer, expected] of cases) {
    const before = server.seen.length
    assert.match(await refusal(policyOf([answer]).sample([question], greedy)), expected)
    assert.is(server.seen.length - before, 1)
  }
})

test('JSON under another label is read', async () => {
  const plain: Answer = response => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.end(JSON.stringify(RECORDINGS.openai))
  }
  const [completion] = await policyOf([plain]).sample([question], greedy)
  assert.is(completion!.text, '48 mod 18 = 12')
})

test('a redirection is not followed, as it would carry the key away', async () => {
  const away: Answer = response => {
    response.writeHead(307, { location: '/elsewhere' })
    response.end()
  }
  const policy = policyOf([away, json(RECORDINGS.openai)], { retries: 0 })
  assert.match(await refusal(policy.sample([question], greedy), Error), /gave up after 1/)
  assert.is(server.seen.length, 1)
})

test('a server that hangs runs into the time limit, and an abort ends the wait at once', async () => {
  const policy = policyOf([hang], { timeoutMs: 60, retries: 1 })
  assert.match(await refusal(policy.sample([question], greedy), Error), /no whole reply in 0.06 s/)
  const abort = new AbortController()
  const waiting = policyOf([hang]).sample([question], greedy, abort.signal)
  setTimeout(() => abort.abort(new Error('enough')), 30)
  assert.is(await refusal(waiting, Error), 'enough')
  const paused = policyOf([json({}, 503)], { backoffMs: 60_000 })
  const closing = paused.sample([question], greedy)
  setTimeout(() => void paused.close(), 50)
  assert.match(await refusal(closing, Error), /was closed/)
})

test('a stream is put together', async () => {
  const policy = policyOf([events(RECORDINGS.stream)], { stream: true })
  const [completion] = await policy.sample([question], greedy)
  assert.is(completion!.text, '48 mod 18 = 12')
  assert.equal(completion!.logprobs, [-0.5, -0.25])
  assert.is(policy.spent().completionTokens, 2)
  assert.is(server.seen[0]!.body['stream'], true)
})

test('a model that wants max_completion_tokens gets it from then on', async () => {
  const policy = policyOf([json(errors.length, 400), json(RECORDINGS.openai)])
  await policy.sample([question], greedy)
  await policy.sample([question], greedy)
  assert.equal(
    server.seen.map(({ body }) => [body['max_tokens'], body['max_completion_tokens']]),
    [
      [16, undefined],
      [undefined, 16],
      [undefined, 16],
    ],
  )
})

test('never more requests at a time than allowed', async () => {
  const slow: Answer = (response, seen) => {
    setTimeout(() => json(RECORDINGS.openai)(response, seen), 15)
  }
  const policy = policyOf([slow], { concurrency: 3 })
  const prompts = Array.from({ length: 12 }, () => question)
  await policy.sample(prompts, { ...greedy, seeds: prompts.map((_, i) => [i]) })
  assert.is(server.most, 3)
})

test('whatever is replied, it is read or refused as a reply', () => {
  // Recorded replies with one part replaced by any JSON, and any JSON at all.
  const spoilt = fc
    .tuple(
      fc.constantFrom(RECORDINGS.openai, RECORDINGS.vllmEcho, RECORDINGS.stream[1]!),
      fc.nat(),
      fc.jsonValue(),
    )
    .map(([body, at, value]) => {
      let [count, visited] = [0, 0]
      const size = (JSON.stringify(body, (_key, part: unknown) => (count++, part)), count)
      const walk = (_key: string, part: unknown): unknown => (visited++ === at % size ? value : part)
      return JSON.parse(JSON.stringify(body, walk) ?? 'null') as unknown
    })
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.jsonValue()), body => {
      for (const read of [chatReply, completionReply, (event: unknown) => streamReply([event])])
        try {
          assert.ok(read(body).choices.length > 0)
        } catch (error) {
          assert.instance(error, ReplyError)
        }
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.string(), text => {
      assert.type(errorText(text), 'string')
      try {
        eventsOf(`data: ${text}`)
      } catch (error) {
        assert.instance(error, ReplyError)
      }
    }),
  )
})

test('addresses and keys', () => {
  assert.equal(parseAddress('org/m@v1@http://localhost:8000/v1/'), {
    model: 'org/m@v1',
    url: 'http://localhost:8000/v1',
  })
  for (const bad of ['m', '@http://x/v1', 'm@ftp://x']) assert.throws(() => parseAddress(bad), /expected/)
  for (const bad of ['http://u:p@x/v1', 'http://x/v1?key=1', 'file:///x', 'x'])
    assert.throws(() => checkedUrl(bad), /expected an address/)
  const both = { LUDUS_API_KEY: 'l', OPENAI_API_KEY: 'o' }
  const other = { OPENAI_API_KEY: 'o' }
  assert.is(keyFor('http://localhost/v1', both), 'l')
  assert.is(keyFor('https://api.openai.com/v1', other), 'o')
  assert.is(keyFor('http://api.openai.com/v1', other), null)
  assert.is(keyFor('https://evilopenai.com/v1', other), null)
  assert.is(keyFor('http://localhost:11434/v1', other), null)
})

test.run()
