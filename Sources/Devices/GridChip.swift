// SPDX-License-Identifier: Apache-2.0
import Buses

/// The chips that measure a grid of temperatures or distances, by their names in board.yaml.
public enum GridChip: String, CaseIterable, Hashable, Sendable {
  case mlx90640, amg8833, vl53l5cx

  /// What the chip offers, as its driver says beside the datasheet's table.
  public var traits: GridTraits {
    switch self {
    case .mlx90640: MLX90640.traits
    case .amg8833: AMG8833.traits
    case .vl53l5cx: VL53L5CX.traits
    }
  }

  /// The driver.
  /// - Throws: `DeviceError.unsupported` when the chip cannot be set up so, `.firmware` when the
  ///   file that it needs is absent or not the right one.
  public func driver(
    device: I2CDevice, settings: GridSettings
  ) throws(DeviceError) -> any GridSensor {
    try traits.check(settings)
    switch self {
    case .mlx90640: return MLX90640(device: device, settings: settings)
    case .amg8833: return AMG8833(device: device, settings: settings)
    case .vl53l5cx: return try VL53L5CX(device: device, settings: settings)
    }
  }
}

/// How a grid sensor is set up.
public struct GridSettings: Equatable, Sendable {
  /// In which order an MLX90640 measures its halves.
  public enum Pattern: String, CaseIterable, Sendable { case chess, interleaved }

  public var rows: Int
  public var columns: Int
  public var rateHz: Double
  /// How well what is looked at radiates, 0.1...1; for MLX90640.
  public var emissivity = 1.0
  /// For MLX90640.
  public var pattern = Pattern.chess
  /// Outside these temperatures the INT line goes low; for AMG8833.
  public var alarmC: ClosedRange<Double>?
  /// For VL53L5CX.
  public var firmware: FirmwareFile?

  public init(rows: Int, columns: Int, rateHz: Double) {
    (self.rows, self.columns, self.rateHz) = (rows, columns, rateHz)
  }
}

/// What a grid sensor offers: where it answers, what it says it is, and the settings it has.
public struct GridTraits: Sendable {
  /// A number of cells, and how often they can be measured.
  public struct Shape: Sendable {
    public var rows: Int
    public var columns: Int
    public var ratesHz: [Double]
  }

  /// As printed on the chip.
  public var name: String
  /// The first is the usual one.
  public var addresses: [UInt8]
  /// Nil for a chip that has no identity register.
  public var identity: ChipIdentity?
  public var unit: Grid.Unit
  public var shapes: [Shape]
  /// Size of the file that the chip needs at every start; nil for none.
  public var firmwareBytes: Int?

  /// - Throws: `DeviceError.unsupported` for the first setting that the chip does not have.
  public func check(_ settings: GridSettings) throws(DeviceError) {
    guard
      let shape = shapes.first(where: {
        ($0.rows, $0.columns) == (settings.rows, settings.columns)
      })
    else {
      throw refusal(
        "shape", "\(settings.rows) x \(settings.columns)",
        shapes.map { "\($0.rows) x \($0.columns)" }.joined(separator: " or "))
    }
    guard shape.ratesHz.contains(settings.rateHz) else {
      throw refusal(
        "rate", "\(settings.rateHz) Hz",
        shape.ratesHz.map { "\($0)" }.joined(separator: ", ") + " Hz")
    }
    guard settings.emissivity >= 0.1, settings.emissivity <= 1 else {
      throw refusal("emissivity", "\(settings.emissivity)", "0.1 to 1")
    }
  }

  private func refusal(_ setting: String, _ asked: String, _ possible: String) -> DeviceError {
    .unsupported(chip: name, setting: setting, asked: asked, possible: possible)
  }
}
