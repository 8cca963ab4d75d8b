/** @file Colour on terminals that want it: none in pipes, none with NO_COLOR. */
import { styleText } from 'node:util'

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

/** Paints for this stream, or leaves text as it is. */
export function painter(stream: { isTTY?: boolean }): Paint {
  const wanted = stream.isTTY === true && !process.env['NO_COLOR']
  return (style, text) => (wanted ? styleText(style, text) : text)
}
