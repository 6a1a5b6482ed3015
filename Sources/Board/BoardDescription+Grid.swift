// SPDX-License-Identifier: Apache-2.0
import Devices

extension BoardDescription {
  /// A sensor that sees a small picture of temperatures or distances.
  public struct Grid: Hashable, Sendable {
    public var name: String
    public var chip: GridChip
    public var bus: String
    public var address: UInt8
    /// How many cells it shows.
    public var rows: Int
    public var columns: Int
    public var rateHz: Double
    /// How well what it looks at radiates, for sensors of heat.
    public var emissivity: Double
    /// The line of its INT pin, by its computer name.
    public var interruptLine: String?
    public var firmwarePath: String?
  }
}

extension BoardDescription.Grid {
  enum Keys {
    static let name = Key.name("name", .required(example: "heat"), "What the sensor is called.")
    static let chip = Key<GridChip>.choice(
      "chip", called: "a grid sensor", .required(example: "amg8833"), "The sensor.")
    static let bus = Key.text("bus", .required(example: "i2c-1"), "The I2C bus it hangs on.")
    static let address = Key.i2cAddress(.required(example: "0x69"), "Its I2C address.")
    static let rate = Key.quantity(
      "rate", .hertz, 0.5...64, .required(example: "10 Hz"), "Pictures per second.")
    static let rows = Key.whole(
      "rows", 1...64, .optional(example: "8"), "Rows of cells; the most it has when absent.")
    static let columns = Key.whole(
      "columns", 1...64, .optional(example: "8"), "Columns of cells; the most it has when absent.")
    static let emissivity = Key.number(
      "emissivity", 0.1...1, .standard(value: "1.0"),
      "How well what it looks at radiates; for the MLX90640.")
    static let interrupt = Key.text(
      "interrupt", .optional(example: "GRID_INT"), "The GPIO line of its INT pin, by name.")
    static let firmware = Key.text(
      "firmware", .optional(example: "vl53l5cx.bin"),
      "The file that the VL53L5CX needs at start, relative to this one.")
  }

  static let table = Table([
    Keys.name, Keys.chip, Keys.bus, Keys.address, Keys.rows, Keys.columns, Keys.rate,
    Keys.emissivity, Keys.interrupt, Keys.firmware
  ])

  init(_ section: Section, names: LineNames, folder: String) {
    name = section[Keys.name]
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    let most = chip.traits.shapes.last
    rows = section.find(Keys.rows)?.value ?? most?.rows ?? 0
    columns = section.find(Keys.columns)?.value ?? most?.columns ?? 0
    (rateHz, emissivity) = (section[Keys.rate], section[Keys.emissivity])
    interruptLine = section.find(Keys.interrupt).map { names.line($0.value) }
    firmwarePath = section.path(Keys.firmware, folder: folder)
  }
}
