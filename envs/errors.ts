/** @file Errors that callers catch by class. Everything else is a plain Error. */

/**
 * The caller asked for something that cannot be had: unknown id, bad option, unreadable file, busy port.
 * The message names what was expected, what came and what to do; the command line prints it and exits with 2.
 */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** `step` was called on an episode that has already terminated or been truncated. */
export class EpisodeOverError extends Error {
  override name = 'EpisodeOverError'
}
