// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// A sensor that sees a small picture of temperatures or distances.
  public struct Grid: Hashable, Sendable {
    public var name: String
    public var chip: GridChip
    public var bus: String
    public var address: UInt8
    public var rateHz: Double
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
    static let interrupt = Key.text(
      "interrupt", .optional(example: "GRID_INT"), "The GPIO line of its INT pin, by name.")
    static let firmware = Key.text(
      "firmware", .optional(example: "vl53l5cx.bin"),
      "The file that the VL53L5CX needs at start, relative to this one.")
  }

  static let table = Table([
    Keys.name, Keys.chip, Keys.bus, Keys.address, Keys.rate, Keys.interrupt, Keys.firmware
  ])

  init(_ section: Section, names: LineNames, folder: String) {
    name = section[Keys.name]
    chip = section[Keys.chip]
    bus = section[Keys.bus]
    address = section[Keys.address]
    rateHz = section[Keys.rate]
    interruptLine = section.find(Keys.interrupt).map { names.line($0.value) }
    firmwarePath = section.path(Keys.firmware, folder: folder)
  }
}
