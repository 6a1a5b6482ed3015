// SPDX-License-Identifier: Apache-2.0
import Devices
import Quantities

extension BoardDescription {
  /// Settings that a chip must offer, as its traits say.
  static func checkChips(_ file: Section, _ log: ProblemLog) {
    if let imu = file.find(Keys.imu)?.value { checkIMU(imu, log) }
    for power in file.all(Keys.power) { checkPower(power, log) }
    for grid in file.all(Keys.grids) {
      let traits = grid.find(Grid.Keys.chip)?.value.traits
      // A simulated one brings its own.
      if file.find(Keys.machine)?.value != .simulated {
        checkFirmware(grid, Grid.Keys.firmware, traits?.name, traits?.firmwareBytes, log)
      }
      if let traits { checkShape(grid, traits, log) }
    }
  }

  private static func checkShape(_ grid: Section, _ traits: GridTraits, _ log: ProblemLog) {
    let rows = grid.find(Grid.Keys.rows)
    let columns = grid.find(Grid.Keys.columns)
    let shape = traits.shapes.last {
      (rows?.value ?? $0.rows, columns?.value ?? $0.columns) == ($0.rows, $0.columns)
    }
    guard let shape else {
      let offer = traits.shapes.map { "\($0.rows) x \($0.columns)" }
      log.add(
        .outOfRange, at: rows?.place ?? columns?.place ?? grid.place,
        "\(grid.path): the \(traits.name) has no such rows and columns",
        "It offers "
          + "\(choices(offer)).")
      return
    }
    guard let rate = grid.find(Grid.Keys.rate), !shape.ratesHz.contains(rate.value) else { return }
    log.add(
      .outOfRange, at: rate.place,
      "\(grid.name(Grid.Keys.rate)): the \(traits.name) cannot measure \(shape.rows) x "
        + "\(shape.columns) cells at \(plain(rate.value)) Hz",
      "It offers \(choices(shape.ratesHz.map(plain))) Hz.")
  }

  private static func checkIMU(_ imu: Section, _ log: ProblemLog) {
    checkAxes(imu, log)
    guard let traits = imu.find(IMU.Keys.chip)?.value.traits else { return }
    checkFirmware(imu, IMU.Keys.firmware, traits.name, traits.firmwareBytes, log)
    if traits.hasDataReady, imu.place(of: IMU.Keys.interrupt) == nil {
      log.add(
        .missingKey, at: imu.place, "imu has no 'interrupt'",
        "The \(traits.name) tells of each sample on its INT pin. Add the line it is wired to, for "
          + "example 'interrupt: IMU_INT'.")
    }
    let rate = imu.find(IMU.Keys.rate)
    if let rate, traits.rates.select(rate.value) == nil {
      let near = traits.rates.near(rate.value).map { "\(plain($0)) Hz" }
      log.add(
        .outOfRange, at: rate.place,
        "imu.rate: the \(traits.name) cannot measure at \(plain(rate.value)) Hz",
        "It offers \(traits.rates.words): write \(choices(near)).")
    }
    let filters = rate.map { traits.filtersHz(atRateHz: $0.value) } ?? []
    for (key, unit, inSI, choices) in [
      (IMU.Keys.gyroRange, "deg/s", Double.pi / 180, traits.gyroRangesDegS),
      (IMU.Keys.accelRange, "g", standardGravityMS2, traits.accelRangesG),
      (IMU.Keys.filter, "Hz", 1, filters)
    ] where !choices.isEmpty {
      guard let value = imu.find(key), !offers(choices, value.value / inSI) else { continue }
      let numbers = choices.sorted().map(plain)
      log.add(
        .outOfRange, at: value.place,
        "\(imu.name(key)): the \(traits.name) has no \(rounded(value.value / inSI)) \(unit)",
        "It offers \(Board.choices(numbers)) \(unit).")
    }
  }

  private static func checkFirmware(
    _ section: Section, _ key: Key<String>, _ chip: String?, _ bytes: Int?, _ log: ProblemLog
  ) {
    guard let chip else { return }
    switch (section.place(of: key), bytes) {
    case (nil, let bytes?):
      log.add(
        .missingKey, at: section.place, "\(section.path) has no 'firmware'",
        "The \(chip) forgets its program when it is off: download the file of \(bytes) bytes from "
          + "its maker and name it here.")
    case (let place?, nil):
      log.add(
        .conflict, at: place, "\(section.name(key)): the \(chip) needs no file", "Remove this line."
      )
    default: break
    }
  }

  /// As closely as the driver looks.
  private static func offers(_ choices: [Double], _ value: Double) -> Bool {
    choices.contains { abs($0 - value) <= 0.001 * $0 }
  }

  private static func rounded(_ value: Double) -> String { plain((value * 1e6).rounded() / 1e6) }

  private static func checkAxes(_ imu: Section, _ log: ProblemLog) {
    guard let found = imu.find(IMU.Keys.axes), AxisMap(found.value) == nil else { return }
    let axes = found.value
    func written(_ axes: [AxisMap.Axis]) -> String {
      "[" + axes.map(\.rawValue).joined(separator: ", ") + "]"
    }
    guard Set(axes.map(\.index)).count == 3 else {
      log.add(
        .conflict, at: found.place,
        "imu.axes: \(written(axes)) does not name x, y and z once each",
        "Write which chip axis points forward, which left and which up, as in [x, -y, -z].")
      return
    }
    let others = axes.indices.map { index in
      var other = axes
      other[index] = other[index].opposite
      return written(other)
    }
    log.add(
      .conflict, at: found.place,
      "imu.axes: \(written(axes)) is left-handed: no chip can be mounted so",
      "One sign is wrong. Right-handed are \(choices(others)).")
  }

  private static func checkPower(_ power: Section, _ log: ProblemLog) {
    guard let traits = power.find(Power.Keys.chip)?.value.traits else { return }
    let shunted: [any PresenceCheck] = [Power.Keys.shunt, Power.Keys.maxCurrent]
    let divided: [any PresenceCheck] = [Power.Keys.channel, Power.Keys.upper, Power.Keys.lower]
    let (needed, foreign) = traits.measuresCurrent ? (shunted, divided) : (divided, shunted)
    for key in needed where key.place(in: power) == nil {
      log.add(
        .missingKey, at: power.place, "\(power.path) has no '\(key.field.name)'",
        "\(key.field.help) Add it, for example '\(key.field.name): \(key.field.example)'.")
    }
    for key in foreign {
      guard let place = key.place(in: power) else { continue }
      log.add(
        .conflict, at: place,
        "\(join(power.path, key.field.name)): the \(traits.name) has no use for it",
        key.field.help + " Remove it.")
    }
    guard let limitV = traits.maxShuntV, let shunt = power.find(Power.Keys.shunt),
      let current = power.find(Power.Keys.maxCurrent), shunt.value * current.value > limitV * 1.001
    else { return }
    log.add(
      .conflict, at: current.place,
      "\(power.path): \(plain(current.value)) A through \(plain(shunt.value)) Ohm is more than the "
        + "\(traits.name) can measure (\(plain(limitV)) V)",
      "Measure at most \(rounded(limitV / shunt.value)) A, or solder in a smaller shunt.")
  }
}

/// A key of any type, asked where it stands.
private protocol PresenceCheck: Keyed {
  func place(in section: Section) -> Place?
}

extension Key: PresenceCheck {
  fileprivate func place(in section: Section) -> Place? { section.place(of: self) }
}

extension InertialTraits.Rates {
  /// The nearest rates that the chip has, below and above.
  fileprivate func near(_ rateHz: Double) -> [Double] {
    switch self {
    case .divided(let baseHz, let by):
      let steps = [(baseHz / rateHz).rounded(.up), (baseHz / rateHz).rounded(.down)]
      let kept = steps.map { min(max($0, Double(by.lowerBound)), Double(by.upperBound)) }
      return Set(kept).sorted(by: >).map { ((baseHz / $0) * 1000).rounded() / 1000 }
    case .listed(let rates):
      let sorted = rates.sorted()
      return [sorted.last { $0 < rateHz }, sorted.first { $0 > rateHz }].compactMap { $0 }
    }
  }
}
