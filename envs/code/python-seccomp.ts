/**
 * @file The system calls that a Python guest may make, as a seccomp filter: to compute, to use its open files, to look at
 * read-only ones and to start threads. Everything else (new processes, signals to others, sockets, tracing, namespaces,
 * entropy) fails with EPERM, so that a guest cannot outlive its process or touch another one.
 *
 * Numbers are from the kernel's own tables (unistd_64.h, asm-generic/unistd.h).
 */

interface Machine {
  audit: number
  clone: number
  clone3: number
  ioctl: number
  allowed: readonly number[]
}

const MACHINES: Partial<Record<NodeJS.Architecture, Machine>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    ioctl: 16,
    allowed: [
      // Open files: read, write, seek, stat, duplicate, wait.
      0, 1, 19, 20, 17, 18, 295, 296, 8, 3, 5, 72, 32, 33, 292, 22, 293, 7, 271, 23, 270, 291, 233, 232, 281,
      290, 53, 48, 44, 45,
      // Files by name, which are all read-only.
      4, 6, 262, 332, 137, 138, 2, 257, 21, 269, 439, 89, 267, 217, 79,
      // Memory, threads, signals to itself.
      9, 11, 10, 25, 28, 12, 202, 24, 204, 273, 334, 324, 218, 158, 13, 14, 15, 131, 219,
      // What it may know: itself and the time.
      39, 186, 110, 102, 107, 104, 108, 111, 121, 98, 97, 63, 99, 100, 228, 229, 96, 201, 35, 230,
      // The end.
      60, 231,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    ioctl: 29,
    allowed: [
      63, 64, 65, 66, 67, 68, 69, 70, 62, 57, 80, 25, 23, 24, 59, 73, 72, 20, 21, 22, 19, 199, 210, 206, 207,
      291, 79, 43, 44, 56, 48, 439, 78, 61, 17, 222, 215, 226, 216, 233, 214, 98, 124, 123, 99, 293, 283, 96,
      134, 135, 139, 132, 128, 172, 178, 173, 174, 175, 176, 177, 155, 165, 163, 160, 179, 153, 113, 114, 169,
      101, 115, 93, 94,
    ],
  },
}

const LOAD = 0x20
const IF_EQUAL = 0x15
const IF_ANY_BIT = 0x45
const RETURN = 0x06

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const EPERM = 0x00050001
/** Makes the C library fall back from clone3, whose flags a filter cannot see, to clone. */
const ENOSYS = 0x00050026

/** Offsets in the kernel's description of a call. */
const NUMBER = 0
const AUDIT = 4
const FIRST_ARGUMENT = 16
const SECOND_ARGUMENT = 24
const CLONE_THREAD = 0x10000
/** Makes a socket pair non-blocking, which asyncio needs. */
const FIONBIO = 0x5421

/**
 * The filter as a BPF program, or null for a kind of machine whose numbers are not known here. Without threads a trace
 * function sees all that a program does.
 */
export function guestFilter({ threads }: { threads: boolean }): Buffer | null {
  const machine = MACHINES[process.arch]
  if (!machine) return null
  const program = [
    instruction(LOAD, AUDIT),
    instruction(IF_EQUAL, machine.audit, 1, 0),
    instruction(RETURN, KILL),
    instruction(LOAD, NUMBER),
    instruction(IF_EQUAL, machine.clone3, 0, 1),
    instruction(RETURN, ENOSYS),
    instruction(IF_EQUAL, machine.clone, 0, 4),
    instruction(LOAD, FIRST_ARGUMENT),
    instruction(IF_ANY_BIT, threads ? CLONE_THREAD : 0, 0, 1),
    instruction(RETURN, ALLOW),
    instruction(RETURN, EPERM),
    instruction(IF_EQUAL, machine.ioctl, 0, 4),
    instruction(LOAD, SECOND_ARGUMENT),
    instruction(IF_EQUAL, FIONBIO, 0, 1),
    instruction(RETURN, ALLOW),
    instruction(RETURN, EPERM),
    ...machine.allowed.flatMap(number => [instruction(IF_EQUAL, number, 0, 1), instruction(RETURN, ALLOW)]),
    instruction(RETURN, EPERM),
  ]
  return Buffer.concat(program)
}

/** `struct sock_filter`: jumps are counted in instructions from the next one. */
function instruction(code: number, operand: number, ifTrue = 0, ifFalse = 0): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(ifTrue, 2)
  bytes.writeUInt8(ifFalse, 3)
  bytes.writeUInt32LE(operand, 4)
  return bytes
}
