/** @file What commands print: one JSON document for machines on stdout, everything said to people on stderr or as text. */

/** The one JSON document of a `--json` run. */
export function printJson(value: unknown): void {
  process.stdout.write(JSON.stringify(value, null, 2) + '\n')
}

/** Text for people, on stdout. */
export function print(text: string): void {
  process.stdout.write(text + '\n')
}

/** Progress and remarks, on stderr, so that `--json` output stays clean. */
export function note(text: string): void {
  process.stderr.write(text + '\n')
}
