/**
 * @file Imported for its effect: onnxruntime, which reports usage to its maker unless told not to, is told not to.
 *
 * It reads the environment of the process when its first session is created. A worker thread has only a copy of that, so the
 * main thread has to import this before it starts workers that compute.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
