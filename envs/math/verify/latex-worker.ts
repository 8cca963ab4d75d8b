/** @file The LaTeX parser's thread: texts in, MathJSON out. It only parses; nothing is evaluated or simplified here. */
import { LatexSyntax } from '@cortex-js/compute-engine/latex-syntax'
import { parentPort } from 'node:worker_threads'

const syntax = new LatexSyntax()

function parse(latex: string): unknown {
  try {
    return syntax.parse(latex)
  } catch {
    return null
  }
}

// The first parse builds the dictionaries; better now than under the first text's time limit.
parse('\\frac{1}{2}')

parentPort?.on('message', ({ id, texts }: { id: number; texts: readonly string[] }) => {
  for (const [index, text] of texts.entries()) parentPort?.postMessage({ id, index, json: parse(text) })
})
parentPort?.postMessage('ready')
