// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What an IMU offers: where it answers, what it says it is, and the settings it has.
public struct InertialTraits: Sendable {
  /// As printed on the chip ("MPU-6050").
  public var name: String
  /// The first is the usual one.
  public var addresses: [UInt8]
  public var identityRegister: UInt8
  public var identity: UInt8
  public var rates: Rates
  /// In the order of their select bits, as all below.
  public var gyroRangesDegS: [Double]
  public var accelRangesG: [Double]
  public var filtersHz: [Double]

  /// The sample rates of a chip.
  public enum Rates: Sendable {
    /// `baseHz` divided by a whole number.
    case divided(baseHz: Double, by: ClosedRange<Int>)
    case listed([Double])

    /// For messages: "1000 Hz divided by 1 to 256".
    public var words: String {
      switch self {
      case .divided(let baseHz, let by):
        "\(plain(baseHz)) Hz divided by \(by.lowerBound) to \(by.upperBound)"
      case .listed(let rates): list(rates) + " Hz"
      }
    }

    /// Which divisor, or which of the list; nil when the chip has no such rate.
    public func select(_ rateHz: Double) -> Int? {
      switch self {
      case .divided(let baseHz, let by):
        let steps = (baseHz / rateHz).rounded()
        guard steps.isFinite, steps >= Double(by.lowerBound), steps <= Double(by.upperBound),
          abs(baseHz / rateHz - steps) < 1e-5 * steps  // so 333.333 Hz may stand for a third
        else { return nil }
        return Int(steps)
      case .listed(let rates): return InertialTraits.select(rateHz, of: rates)
      }
    }
  }

  /// - Throws: `DeviceError.unsupported` for the first setting that the chip does not have.
  public func check(_ settings: InertialSettings) throws(DeviceError) {
    guard rates.select(settings.rateHz) != nil else {
      throw refusal("rate", "\(plain(settings.rateHz)) Hz", rates.words)
    }
    for (setting, value, choices, unit) in [
      ("gyro_range", settings.gyroRangeRadS * 180 / .pi, gyroRangesDegS, "deg/s"),
      ("accel_range", settings.accelRangeMS2 / standardGravityMS2, accelRangesG, "g"),
      ("filter", settings.filterHz, filtersHz, "Hz")
    ] where Self.select(value, of: choices) == nil {
      throw refusal(setting, "\(plain(value)) \(unit)", "\(list(choices)) \(unit)")
    }
  }

  /// Select bits of settings that were checked.
  func selects(
    _ settings: InertialSettings
  ) -> (rate: Int, gyro: UInt8, accel: UInt8, filter: UInt8) {
    func index(_ value: Double, _ choices: [Double]) -> UInt8 {
      guard let index = Self.select(value, of: choices) else {
        preconditionFailure("\(name): settings are checked before a driver is made")
      }
      return UInt8(index)
    }
    guard let rate = rates.select(settings.rateHz) else {
      preconditionFailure("\(name): the rate is checked before a driver is made")
    }
    return (
      rate, index(settings.gyroRangeRadS * 180 / .pi, gyroRangesDegS),
      index(settings.accelRangeMS2 / standardGravityMS2, accelRangesG),
      index(settings.filterHz, filtersHz)
    )
  }

  private static func select(_ value: Double, of choices: [Double]) -> Int? {
    choices.firstIndex { abs($0 - value) <= 0.001 * $0 }
  }

  private func refusal(_ setting: String, _ asked: String, _ possible: String) -> DeviceError {
    .unsupported(chip: name, setting: setting, asked: asked, possible: possible)
  }
}

private func list(_ values: [Double]) -> String {
  values.sorted().map(plain).joined(separator: ", ")
}

/// 44 rather than 44.0; not more digits than a person writes.
private func plain(_ value: Double) -> String {
  let rounded = (value * 1000).rounded() / 1000
  return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
}
