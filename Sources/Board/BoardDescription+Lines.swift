// SPDX-License-Identifier: Apache-2.0

/// One part that uses a GPIO line.
private struct LineUse {
  /// The key that names the line: "imu.interrupt".
  var key: String
  /// The name there.
  var role: Located<String>
  /// The computer's name of the line, at the place where it is chosen.
  var line: Located<String>
}

extension BoardDescription {
  /// Lines and pins: there, and used once.
  static func checkLines(_ file: Section, _ log: ProblemLog) {
    let uses = lineUses(file)
    checkShared(uses, log)
    checkRoles(file, uses, log)
    guard let computer = file.find(Keys.computer)?.value else { return }
    checkComputerPins(computer, log)
    checkThere(uses, computer, log)
    checkPins(file, uses, computer, log)
  }

  /// What the parts call their lines, in the file's order.
  static func lineRoles(_ file: Section) -> [String] { lineUses(file).map(\.role.value) }

  private static func lineUses(_ file: Section) -> [LineUse] {
    let mapped = file.find(Keys.lines)?.value ?? []
    var uses: [LineUse] = []
    func add(_ section: Section?, _ key: Key<String>) {
      guard let section, let role = section.find(key) else { return }
      add(section.name(key), role)
    }
    func add(_ key: String, _ role: Located<String>) {
      let line = mapped.first { $0.name.value == role.value }?.value.map(\.text)
      uses.append(LineUse(key: key, role: role, line: line ?? role))
    }
    add(file.find(Keys.imu)?.value, IMU.Keys.interrupt)
    add(file.find(Keys.camera)?.value, Camera.Keys.trigger)
    add(file.find(Keys.camera)?.value, Camera.Keys.strobe)
    add(file.find(Keys.pwm)?.value, PWM.Keys.outputEnable)
    add(file.find(Keys.motorDriver)?.value, MotorDriver.Keys.standby)
    add(file.find(Keys.motorDriver)?.value, MotorDriver.Keys.fault)
    for relay in file.all(Keys.relays) { add(relay, Relay.Keys.line) }
    for encoder in file.all(Keys.encoders) {
      add(encoder, Encoder.Keys.a)
      add(encoder, Encoder.Keys.b)
    }
    for grid in file.all(Keys.grids) { add(grid, Grid.Keys.interrupt) }
    add(file.find(Keys.safety)?.value, SafetySettings.Keys.emergencyStop)
    let names = LineNames(file)
    let isTB6612 =
      file.find(Keys.motorDriver)?.value.find(MotorDriver.Keys.chip)?.value == .tb6612
    for motor in file.all(Keys.motors) where isTB6612 {
      for key in [Motor.Keys.in1, Motor.Keys.in2] {
        guard let output = motor.find(key), case .named(let name) = output.value,
          case .line = names.output(output.value)
        else { continue }
        add(motor.name(key), Located(value: name, place: output.place))
      }
    }
    return uses
  }

  private static func checkShared(_ uses: [LineUse], _ log: ProblemLog) {
    var first: [String: LineUse] = [:]
    for use in uses {
      guard let other = first.updateValue(use, forKey: use.line.value) else { continue }
      let roles =
        use.role.value == other.role.value
        ? "" : " (\(other.role.value) and \(use.role.value) mean the same)"
      log.add(
        .conflict, at: max(other.line.place, use.line.place),
        "the line '\(use.line.value)' is both \(other.key) and \(use.key)\(roles)",
        "Give each its own GPIO line.")
    }
  }

  /// A mapped name that nothing uses is a misspelling of one.
  private static func checkRoles(_ file: Section, _ uses: [LineUse], _ log: ProblemLog) {
    let names = outputs(file).compactMap { section, key -> String? in
      if case .named(let name) = section.find(key)?.value { name } else { nil }
    }
    let known = uses.map(\.role.value) + names
    for entry in file.find(Keys.lines)?.value ?? [] where !known.contains(entry.name.value) {
      let hint =
        nearest(to: entry.name.value, among: known).map { "Did you mean '\($0)'? " } ?? ""
      log.add(
        .unknownReference, at: entry.name.place,
        "lines: no part of this robot uses a line called '\(entry.name.value)'",
        hint + "Lines in use: \(Set(known).sorted().joined(separator: ", ")).")
    }
  }

  private static func checkThere(
    _ uses: [LineUse], _ computer: Section, _ log: ProblemLog
  ) {
    let lines = computer.entries(Computer.Keys.lines).map(\.0)
    for use in uses where !lines.contains(use.line.value) {
      let hint = nearest(to: use.line.value, among: lines).map { "Did you mean '\($0)'? " } ?? ""
      let isMapped = use.line.place != use.role.place
      let remedy =
        isMapped
        ? "Lines of this computer: \(lines.joined(separator: ", "))."
        : "Say which line it is: add '\(use.role.value): \(lines.first ?? "GPIO17")' to 'lines'."
      log.add(
        .unknownReference, at: use.line.place,
        "\(use.key): this computer has no line '\(use.line.value)'", hint + remedy)
    }
  }

  /// A pin can carry a line, a bus or a PWM output, but one of them.
  private static func checkPins(
    _ file: Section, _ uses: [LineUse], _ computer: Section, _ log: ProblemLog
  ) {
    var taken: [String: String] = [:]
    let used = usedBuses(file)
    for (name, bus) in computer.entries(Computer.Keys.buses) where used.contains(name) {
      if let sda = bus.find(Computer.Bus.Keys.sda)?.value { taken[sda] = "SDA of \(name)" }
      if let scl = bus.find(Computer.Bus.Keys.scl)?.value { taken[scl] = "SCL of \(name)" }
    }
    func take(_ pin: String, _ key: String, _ place: Place) {
      if let other = taken.updateValue(key, forKey: pin) {
        log.add(
          .conflict, at: place, "\(key): the pin '\(pin)' is already \(other)",
          "Choose another line.")
      }
    }
    let lines = Dictionary(
      computer.entries(Computer.Keys.lines), uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    for use in uses where seen.insert(use.line.value).inserted {
      guard let line = lines[use.line.value] else { continue }
      take(line.find(Computer.Line.Keys.pin)?.value ?? use.line.value, use.key, use.line.place)
    }
    let outputs = Dictionary(
      computer.entries(Computer.Keys.pwmOutputs), uniquingKeysWith: { first, _ in first })
    let names = LineNames(file)
    for (section, key) in Self.outputs(file) {
      guard let found = section.find(key), case .computerPWM(let name) = names.output(found.value),
        let pin = outputs[name]?.find(Computer.PWMOutput.Keys.pin)?.value
      else { continue }
      take(pin, section.name(key), found.place)
    }
  }

  private static func usedBuses(_ file: Section) -> Set<String> {
    let names =
      [file.find(Keys.imu)?.value.find(IMU.Keys.bus), file.find(Keys.pwm)?.value.find(PWM.Keys.bus)]
      + file.all(Keys.power).map { $0.find(Power.Keys.bus) }
      + file.all(Keys.grids).map { $0.find(Grid.Keys.bus) }
    return Set(names.compactMap { $0?.value })
  }

  /// A pin that a row lacks would shift the numbers of all that follow.
  private static func checkRows(_ connector: Section, _ log: ProblemLog) {
    guard let found = connector.find(Computer.Connector.Keys.rows) else { return }
    let rows = found.value
    guard let columns = rows.map(\.count).max() else { return }
    for (index, row) in rows.enumerated() where row.count != columns {
      log.add(
        .conflict, at: row.first?.place ?? found.place,
        "\(connector.name(Computer.Connector.Keys.rows))[\(index)] has \(row.count) of "
          + "\(columns) pins",
        "Every row of a connector has as many: write '-' for a pin that carries nothing here.")
    }
  }

  /// Two names of one line would let one of them undo what the other does.
  private static func checkKernelLines(_ computer: Section, _ log: ProblemLog) {
    let standard = computer.find(Computer.Keys.gpioChip)?.value ?? ""
    var seen: [String: Place] = [:]
    for (name, section) in computer.entries(Computer.Keys.lines) {
      let line = Computer.Line(name, section, chip: standard)
      let place = section.find(Computer.Line.Keys.line)?.place ?? section.place
      guard let first = seen.updateValue(place, forKey: "\(line.chip) \(line.line)") else {
        continue
      }
      log.add(
        .conflict, at: place,
        "\(section.path): the kernel's line '\(line.line)' is another line's too, on "
          + first.words(from: place),
        "Compare both with what `gpioinfo` shows.")
    }
  }

  /// Every pin that the computer's file speaks of is on one of its connectors.
  private static func checkComputerPins(_ computer: Section, _ log: ProblemLog) {
    let rows = computer.all(Computer.Keys.connectors)
      .map { $0.find(Computer.Connector.Keys.rows)?.value }
    // Of a connector that could not be read, and is reported, nobody knows the pins.
    let isWhole = rows.allSatisfy { $0 != nil }
    let labels = isWhole ? Set(rows.compactMap { $0 }.joined().joined().map(\.value)) : []
    func check(_ section: Section, _ key: Key<String>, _ standard: String? = nil) {
      let pin = section.find(key) ?? standard.map { Located(value: $0, place: section.place) }
      guard let pin, !labels.isEmpty, !labels.contains(pin.value) else { return }
      let hint =
        nearest(to: pin.value, among: labels.sorted()).map { "Did you mean '\($0)'? " } ?? ""
      log.add(
        .unknownReference, at: pin.place,
        "\(section.name(key)): no connector has a pin '\(pin.value)'",
        hint + "Pins are called as in computer.connectors.")
    }
    for (_, bus) in computer.entries(Computer.Keys.buses) {
      check(bus, Computer.Bus.Keys.sda)
      check(bus, Computer.Bus.Keys.scl)
      for entry in bus.find(Computer.Bus.Keys.reserved)?.value ?? []
      where Numeral.address(entry.name.value) == nil {
        log.add(
          .outOfRange, at: entry.name.place,
          "\(bus.path).reserved: '\(entry.name.value)' is no I2C address",
          "Addresses go from 0x08 to 0x77.")
      }
    }
    for connector in computer.all(Computer.Keys.connectors) { checkRows(connector, log) }
    checkKernelLines(computer, log)
    let hasChip = computer.place(of: Computer.Keys.gpioChip) != nil
    for (name, line) in computer.entries(Computer.Keys.lines) {
      if !hasChip, line.place(of: Computer.Line.Keys.chip) == nil {
        log.add(
          .missingKey, at: line.place, "\(line.path) has no 'chip'",
          "Lines are found by their GPIO chip's label: add it, or a gpio_chip for all of them.")
      }
      check(line, Computer.Line.Keys.pin, name)
    }
    for (_, output) in computer.entries(Computer.Keys.pwmOutputs) {
      check(output, Computer.PWMOutput.Keys.pin)
    }
  }
}
