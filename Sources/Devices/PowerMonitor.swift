// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// What a supply gives at one moment. Nil: not measured, or outside what the chip can measure.
public struct PowerReading: Equatable, Sendable {
  /// When the chip was seen to have finished it, by the loop's clock.
  public var at: Instant
  public var busVoltageV: Double?
  /// Positive: into the load.
  public var currentA: Double?
  public var powerW: Double?

  public init(at: Instant, busVoltageV: Double?, currentA: Double?, powerW: Double?) {
    (self.at, self.busVoltageV) = (at, busVoltageV)
    (self.currentA, self.powerW) = (currentA, powerW)
  }
}

/// Watches a supply: the battery, as a rule.
public protocol PowerMonitor: AnyObject {
  /// As printed on the chip.
  var name: String { get }

  /// Checks that the chip is what it should be and configures it. Returns when it measures.
  func start(clock: any Clock) throws(DeviceError)

  /// The newest reading; nil when there is none since the last look. Never waits.
  func latest() throws(DeviceError) -> PowerReading?
}

/// One conversion of an analog input.
public struct VoltageReading: Equatable, Sendable {
  /// When the chip was seen to have finished it, or the edge of its ready line.
  public var at: Instant
  /// Which of the configured inputs, by index.
  public var input: Int
  /// Nil when the input was outside the range.
  public var voltageV: Double?

  public init(at: Instant, input: Int, voltageV: Double?) {
    (self.at, self.input, self.voltageV) = (at, input, voltageV)
  }
}

/// An analog-to-digital converter, which goes round its configured inputs.
public protocol AnalogConverter: AnyObject {
  /// As printed on the chip.
  var name: String { get }
  /// Conversions a second, over all inputs.
  var rateHz: Double { get }

  /// Checks that the chip is what it should be and configures it. Returns when it converts.
  func start(clock: any Clock) throws(DeviceError)

  /// The newest conversion; nil when there is none since the last look. Never waits.
  func latest() throws(DeviceError) -> VoltageReading?
}
