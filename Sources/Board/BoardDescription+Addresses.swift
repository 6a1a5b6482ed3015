// SPDX-License-Identifier: Apache-2.0
import Devices

/// A chip on an I2C bus, as a board file has it.
private struct BusChip {
  /// How the file calls the part: "the imu", "power[0]".
  let part: String
  /// Its name in the file, and as printed on it.
  let word: String
  var name: String
  let bus: Located<String>
  let address: Located<UInt8>
  /// Empty when the chip is not known.
  var possible: [UInt8] = []
  var allCall: UInt8?
  var stretchesClock = false

  /// Nil when the file does not say where it is.
  init?(
    _ section: Section, _ part: String, _ bus: Key<String>, _ address: Key<UInt8>, _ word: String?
  ) {
    guard let bus = section.find(bus), let address = section.find(address) else { return nil }
    (self.part, self.word, name) = (part, word ?? "", part)
    (self.bus, self.address) = (bus, address)
  }

  mutating func describe(_ name: String?, _ addresses: [UInt8]?) {
    self.name = name ?? part
    possible = addresses ?? []
  }
}

extension BoardDescription {
  /// Every chip on a bus that is there, at an address that it has and that nobody else has.
  static func checkAddresses(_ file: Section, _ log: ProblemLog) {
    let chips = busChips(file)
    let computer = file.find(Keys.computer)?.value
    for (index, chip) in chips.enumerated() {
      checkAddress(chip, log)
      if let computer { checkBus(chip, computer, log) }
      for other in chips[..<index] where other.bus.value == chip.bus.value {
        if other.address.value == chip.address.value { addClash(other, chip, log) }
        checkAllCall(other, chip, log)
      }
    }
  }

  private static func busChips(_ file: Section) -> [BusChip] {
    var chips: [BusChip?] = []
    if let imu = file.find(Keys.imu)?.value {
      let chip = imu.find(IMU.Keys.chip)?.value
      var found = BusChip(imu, "the imu", IMU.Keys.bus, IMU.Keys.address, chip?.rawValue)
      found?.describe(chip?.traits.name, chip?.traits.addresses)
      found?.stretchesClock = chip?.traits.stretchesClock ?? false
      chips.append(found)
    }
    if let pwm = file.find(Keys.pwm)?.value {
      let chip = pwm.find(PWM.Keys.chip)?.value
      var found = BusChip(pwm, "the pwm chip", PWM.Keys.bus, PWM.Keys.address, chip?.rawValue)
      found?.describe(chip?.traits.name, chip?.traits.addresses)
      found?.allCall = chip?.traits.allCallAddress
      chips.append(found)
    }
    for power in file.all(Keys.power) {
      let chip = power.find(Power.Keys.chip)?.value
      var found = BusChip(power, power.path, Power.Keys.bus, Power.Keys.address, chip?.rawValue)
      found?.describe(chip?.traits.name, chip?.traits.addresses)
      chips.append(found)
    }
    for grid in file.all(Keys.grids) {
      let chip = grid.find(Grid.Keys.chip)?.value
      var found = BusChip(grid, grid.path, Grid.Keys.bus, Grid.Keys.address, chip?.rawValue)
      found?.describe(chip?.traits.name, chip?.traits.addresses)
      chips.append(found)
    }
    return chips.compactMap { $0 }
  }

  private static func checkAddress(_ chip: BusChip, _ log: ProblemLog) {
    if chip.possible.isEmpty || chip.possible.contains(chip.address.value) { return }
    if chip.address.value == chip.allCall {
      log.add(
        .conflict, at: chip.address.place,
        "\(chip.part): \(Shape.written(Int(chip.address.value), true)) is the all-call address, at "
          + "which every \(chip.name) answers",
        "Set its straps to another address: 0x40 is the one without any.")
      return
    }
    let addresses = chip.possible.map { Shape.written(Int($0), true) }
    let offer =
      addresses.count > 4
      ? "\(addresses[0]) to \(addresses[addresses.count - 1])"
      : choices(addresses)
    log.add(
      .outOfRange, at: chip.address.place,
      "\(chip.part): the \(chip.name) is never at \(Shape.written(Int(chip.address.value), true))",
      "It answers at \(offer), as its strap pins say.")
  }

  /// Whether both of a bus's wires reach a connector.
  private static func isOutside(_ bus: Section) -> Bool {
    bus.find(Computer.Bus.Keys.sda) != nil && bus.find(Computer.Bus.Keys.scl) != nil
  }

  private static func checkBus(_ chip: BusChip, _ computer: Section, _ log: ProblemLog) {
    let buses = computer.entries(Computer.Keys.buses)
    guard let bus = buses.first(where: { $0.0 == chip.bus.value })?.1 else {
      let names = buses.map(\.0)
      let hint = nearest(to: chip.bus.value, among: names).map { "Did you mean '\($0)'? " } ?? ""
      log.add(
        .unknownReference, at: chip.bus.place,
        "\(chip.part): this computer has no bus '\(chip.bus.value)'",
        hint + (names.isEmpty ? "Its file lists none." : "It has \(choices(names))."))
      return
    }
    if !isOutside(bus) {
      let outside = buses.filter { isOutside($0.1) }.map(\.0)
      log.add(
        .conflict, at: chip.bus.place,
        "\(chip.part): the bus '\(chip.bus.value)' stays inside the computer: no connector has it",
        outside.isEmpty
          ? "Say which pins carry it: add 'sda' and 'scl' to computer.buses.\(chip.bus.value)."
          : "Move the chip to \(choices(outside)), or add 'sda' and 'scl' to "
            + "computer.buses.\(chip.bus.value).")
    }
    for entry in bus.find(Computer.Bus.Keys.reserved)?.value ?? []
    where Numeral.address(entry.name.value) == chip.address.value {
      let free = buses.filter {
        $0.0 != chip.bus.value && isOutside($0.1)
      }.map(\.0)
      log.add(
        .conflict, at: max(chip.bus.place, chip.address.place),
        "\(chip.part): \(Shape.written(Int(chip.address.value), true)) of \(chip.bus.value) is "
          + "taken by the computer's own \(entry.value.value.text ?? "chip")",
        "Change the chip's address straps"
          + (free.isEmpty ? "." : ", or move it to \(choices(free))."))
    }
    if chip.stretchesClock, bus.find(Computer.Bus.Keys.stretching)?.value == false {
      log.add(
        .conflict, at: max(chip.bus.place, chip.address.place),
        "\(chip.part): the \(chip.name) holds the clock while it thinks, and this computer's I2C "
          + "loses bits then",
        "Choose another chip, or a bus made of two GPIO lines (dtoverlay=i2c-gpio on a Raspberry "
          + "Pi), or write clock_stretching: true under that bus when you know better.")
    }
  }

  /// From power-up to its first configuration, a PWM chip answers at its all-call address too.
  private static func checkAllCall(_ a: BusChip, _ b: BusChip, _ log: ProblemLog) {
    let (first, second) = a.address.place < b.address.place ? (a, b) : (b, a)
    for (pwm, other) in [(first, second), (second, first)]
    where other.allCall == nil && other.address.value == pwm.allCall {
      log.add(
        .conflict, at: other.address.place,
        "\(other.part): \(Shape.written(Int(other.address.value), true)) of \(other.bus.value) is "
          + "the \(pwm.name)'s all-call address",
        "Change this chip's address, or move it to another bus.")
    }
  }

  private static func addClash(_ a: BusChip, _ b: BusChip, _ log: ProblemLog) {
    let (first, second) = a.address.place < b.address.place ? (a, b) : (b, a)
    log.add(
      .conflict, at: second.address.place,
      "\(a.part) and \(b.part) are both at \(Shape.written(Int(b.address.value), true)) of "
        + "\(b.bus.value), the first on \(first.address.place.words(from: second.address.place))",
      remedy(first, second))
  }

  /// Most clashes are one of a few known traps, each with its own way out.
  private static func remedy(_ first: BusChip, _ second: BusChip) -> String {
    let words = [first.word, second.word]
    let gridHint = "The AMG8833 shares both its addresses with such IMUs: "
    switch true {
    case words.contains("pca9685") && (words.contains("ina219") || words.contains("ina226")):
      return "Both leave the factory at 0x40: bridge A0 of the power monitor, which makes it 0x41."
    case words.contains("amg8833"):
      return gridHint + "give each the other one (0x68 and 0x69), or move one to another bus."
    case words.contains("vl53l5cx") && words.contains("bno055"):
      return "The VL53L5CX is always at 0x29: pull the BNO055's ADR pin low, which makes it 0x28."
    case words.contains("ads1115") && (words.contains("ina219") || words.contains("ina226")):
      return "The ADS1115 has only 0x48 to 0x4B: give the INA an address below 0x48."
    default:
      return "Change one chip's address straps, or move it to another bus."
    }
  }
}
