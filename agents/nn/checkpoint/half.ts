/**
 * @file float16 and bfloat16, as bit patterns.
 *
 * Conversions work on bits and not on numbers, so that every pattern, NaNs included, has one defined result. Rounding is to
 * nearest, ties to even, as IEEE 754 and PyTorch have it.
 */

/** The float32 bits of a float16: sign, five bits of exponent (bias 15), ten of mantissa. */
export function floatBitsOfHalf(half: number): number {
  const sign = (half & 0x8000) * 0x10000
  const exponent = (half >>> 10) & 0x1f
  const mantissa = half & 0x3ff
  if (exponent === 31) return sign + 0x7f800000 + mantissa * 0x2000
  if (exponent > 0) return sign + (exponent + 112) * 0x800000 + mantissa * 0x2000
  if (mantissa === 0) return sign
  // Subnormal, mantissa · 2⁻²⁴: float32 has it as a normal number with its highest bit left out.
  const shift = Math.clz32(mantissa) - 21
  return sign + (113 - shift) * 0x800000 + ((mantissa << shift) & 0x3ff) * 0x2000
}

/** Float32 bits to the nearest float16; 65520 and more to infinity. */
export function halfOfFloatBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  const exponent = magnitude >>> 23
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff)
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (exponent >= 113) return sign | shiftedToEven(magnitude - 112 * 0x800000, 13)
  if (exponent < 102) return sign
  return sign | shiftedToEven((magnitude & 0x7fffff) | 0x800000, 126 - exponent)
}

/** The float32 bits of a bfloat16: its upper half. */
export function floatBitsOfBrain(brain: number): number {
  return brain * 0x10000
}

/** Float32 bits to the nearest bfloat16. */
export function brainOfFloatBits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40
  return shiftedToEven(bits, 16)
}

/** `value / 2^shift`, rounded to nearest, ties to even. */
function shiftedToEven(value: number, shift: number): number {
  const odd = (value >>> shift) & 1
  return ((value >>> 0) + 2 ** (shift - 1) - 1 + odd) >>> shift
}
