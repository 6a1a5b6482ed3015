// SPDX-License-Identifier: Apache-2.0
import Quantities

/// One PWM output of the computer itself, not of a chip on a bus.
public protocol PWMOutput: AnyObject {
  /// The output's name on the board ("PWM0").
  var name: String { get }

  /// The length of one cycle; the output is low until the first `set(high:)`.
  func start(period: Interval) throws(PWMError)

  /// How long the output is high in each cycle. Precondition: 0 <= high <= period.
  func set(high: Interval) throws(PWMError)

  /// Low, and no cycles any more. Idempotent.
  func stop() throws(PWMError)
}

/// The kernel refused a PWM output.
public struct PWMError: Error, Equatable, CustomStringConvertible {
  public var output: String
  public var errno: Int32

  public init(output: String, errno: Int32) { (self.output, self.errno) = (output, errno) }

  public var description: String {
    "PWM \(output): the kernel refused (errno \(errno)). Is its overlay enabled and nobody else "
      + "using it?"
  }
}
