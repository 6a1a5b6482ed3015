// SPDX-License-Identifier: Apache-2.0
import Buses

/// An input of a four-channel converter, by its name in board.yaml; single inputs are against
/// ground.
public enum AnalogInput: String, CaseIterable, Hashable, Sendable {
  case a0, a1, a2, a3
  case a0MinusA1 = "a0-a1"
  case a0MinusA3 = "a0-a3"
  case a1MinusA3 = "a1-a3"
  case a2MinusA3 = "a2-a3"

  /// ADS1115's MUX bits (SBAS444D table 8).
  var multiplexer: UInt8 {
    switch self {
    case .a0MinusA1: 0
    case .a0MinusA3: 1
    case .a1MinusA3: 2
    case .a2MinusA3: 3
    case .a0: 4
    case .a1: 5
    case .a2: 6
    case .a3: 7
    }
  }
}

/// How a converter is set up.
public struct ConverterSettings: Hashable, Sendable {
  public enum Mode: String, CaseIterable, Sendable {
    /// One input, again and again.
    case continuous
    /// Each input in turn, one conversion a look.
    case singleShot = "single-shot"
  }

  public var inputs: [AnalogInput]
  /// Voltages up to plus or minus this; no input may go past the chip's own supply.
  public var rangeV: Double
  public var rateHz: Double
  public var mode: Mode

  public init(inputs: [AnalogInput], rangeV: Double, rateHz: Double, mode: Mode) {
    (self.inputs, self.rangeV) = (inputs, rangeV)
    (self.rateHz, self.mode) = (rateHz, mode)
  }
}

/// A supply behind a voltage divider on one input of an ADS1115.
final class DividedSupply: PowerMonitor {
  let name = "ADS1115"
  private let converter: ADS1115
  private let ratio: Double

  /// - Throws: `DeviceError.unsupported` when the chip cannot be set up so.
  init(device: I2CDevice, settings: DividerSettings) throws(DeviceError) {
    guard settings.ratio >= 1, settings.ratio.isFinite else {
      throw ADS1115.powerTraits.refusal("ratio", "\(settings.ratio)", "1 and more")
    }
    converter = try ADS1115(
      device: device,
      settings: ConverterSettings(
        inputs: [settings.input], rangeV: settings.rangeV, rateHz: settings.rateHz,
        mode: .continuous))
    ratio = settings.ratio
  }

  func start(clock: any Clock) throws(DeviceError) { try converter.start(clock: clock) }

  func latest() throws(DeviceError) -> PowerReading? {
    guard let reading = try converter.latest() else { return nil }
    return PowerReading(
      at: reading.at, busVoltageV: reading.voltageV.map { $0 * ratio }, currentA: nil,
      powerW: nil)
  }
}
