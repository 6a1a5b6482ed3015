// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A second-order Butterworth low-pass filter of three channels that has no start-up transient: for
/// its first time constant it gives the mean of what it saw, and starts the recursion from there.
///
/// Source: Laidig and Seel 2023 (cut-off √2/(2πτ), initialisation by the mean).
struct LowPass {
  private let b0, a1, a2: Double
  private let startSamples: Double
  private var s0 = Vector3.zero
  private var s1 = Vector3.zero
  private var seen = 0.0
  /// The newest output.
  private(set) var output = Vector3.zero

  init(timeConstantS: Double, periodS: Double) {
    precondition(
      timeConstantS >= periodS && periodS > 0, "the time constant must not be below one period")
    let cutOffHz = 2.0.squareRoot() / (2 * .pi * timeConstantS)
    let c = tan(.pi * cutOffHz * periodS)
    let d = c * c + 2.0.squareRoot() * c + 1
    b0 = c * c / d
    a1 = 2 * (c * c - 1) / d
    a2 = (1 - 2.0.squareRoot() * c + c * c) / d
    startSamples = (timeConstantS / periodS).rounded(.up)
  }

  @discardableResult
  mutating func update(_ input: Vector3) -> Vector3 {
    if seen < startSamples {
      seen += 1
      output += (1 / seen) * (input - output)
      if seen == startSamples { settle(at: output) }
      return output
    }
    // Direct form II, transposed; b1 = 2 b0 and b2 = b0.
    output = b0 * input + s0
    s0 = 2 * b0 * input - a1 * output + s1
    s1 = b0 * input - a2 * output
    return output
  }

  /// Begins anew with the next input.
  mutating func restart() {
    seen = 0
    output = .zero
  }

  /// Makes `value` the steady state.
  private mutating func settle(at value: Vector3) {
    s0 = (1 - b0) * value
    s1 = (b0 - a2) * value
  }
}
