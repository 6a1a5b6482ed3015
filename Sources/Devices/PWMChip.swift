// SPDX-License-Identifier: Apache-2.0
import Buses

/// The PWM chips that have a driver, by their names in board.yaml.
public enum PWMChip: String, CaseIterable, Hashable, Sendable {
  case pca9685

  /// What the chip offers, as its driver says beside the datasheet's table.
  public var traits: PWMTraits {
    switch self {
    case .pca9685: PCA9685.traits
    }
  }
}

/// What a PWM chip offers and where it answers.
public struct PWMTraits: Sendable {
  /// As printed on the chip ("PCA9685").
  public var name: String
  /// What its address pins can choose and nothing else claims; the first is the usual one.
  public var addresses: [UInt8]
  /// The address at which every such chip on a bus answers after power-up: no chip may have it for
  /// its own, and nothing else on the bus may.
  public var allCallAddress: UInt8
  public var channels: Int
  public var frequencyHz: ClosedRange<Double>
  /// Steps of one cycle.
  public var steps: Int

  /// - Throws: `DeviceError.unsupported` for an address or a frequency that the chip cannot have.
  public func check(address: UInt8, frequencyHz: Double) throws(DeviceError) {
    guard address != allCallAddress else {
      throw refusal(
        "address", hex(address),
        "another one: at \(hex(address)) every \(name) of the bus answers after power-up")
    }
    guard addresses.contains(address) else {
      throw refusal(
        "address", hex(address),
        "\(hex(addresses.min() ?? 0)) to \(hex(addresses.max() ?? 0)) but \(hex(allCallAddress))")
    }
    guard self.frequencyHz.contains(frequencyHz) else {
      throw refusal(
        "frequency", "\(frequencyHz) Hz",
        "\(Int(self.frequencyHz.lowerBound)) to \(Int(self.frequencyHz.upperBound)) Hz")
    }
  }

  private func refusal(_ setting: String, _ asked: String, _ possible: String) -> DeviceError {
    .unsupported(chip: name, setting: setting, asked: asked, possible: possible)
  }
}
