// SPDX-License-Identifier: Apache-2.0
import Board

extension WiringPlan {
  /// Nil for a simulated robot, which has no wires.
  public init?(_ board: BoardDescription) {
    guard let computer = board.computer else { return nil }
    let blocks = PlanBuilder(board).blocks
    self.blocks = blocks
    (title, self.computer) = (board.title, computer.title)
    let used = Set(blocks.flatMap { ($0.left + $0.right).map(\.net) })
    let pins = PinFinder(board, computer, used)
    connectors = computer.connectors.enumerated().compactMap { pins.connector($0, $1) }
    enable = Self.enable(board, computer)
    notes = Self.notes(board, computer)
    parts = PartsList.parts(board, computer, blocks)
  }

  /// What the used buses and outputs need comes first.
  private static func enable(
    _ board: BoardDescription, _ computer: BoardDescription.Computer
  ) -> [String] {
    let buses = board.busNames.flatMap { computer.bus($0)?.enable ?? [] }
    let outputs = board.pwmOutputNames.flatMap { computer.pwmOutput($0)?.enable ?? [] }
    var seen: Set<String> = []
    return (buses + outputs + computer.enable).filter { seen.insert($0).inserted }
  }

  private static func notes(
    _ board: BoardDescription, _ computer: BoardDescription.Computer
  ) -> [String] {
    var notes = [
      "Wire with the battery's switch open and the computer unplugged.",
      "Every GND is one wire: computer, chips, motor driver and battery."
    ]
    if !board.busNames.isEmpty {
      notes.append(
        "SDA and SCL need one pair of pull-ups to 3V3 (2.2 to 10 kOhm): most breakouts have them.")
    }
    if board.pwm?.outputEnableLine != nil {
      notes.append(
        "If your PCA9685 board has a resistor from OE to GND, remove it: OE must rest high.")
    }
    let pins = [
      board.motorDriver?.chip.traits.sleepPin, board.pwm?.outputEnableLine.map { _ in "OE" }
    ].compactMap { $0 }
    if !pins.isEmpty {
      notes.append(
        "umwelt-guard drives \(pins.joined(separator: " and ")). When it is gone, the resistors "
          + "there stop the robot.")
    }
    if let camera = board.camera {
      let device = camera.device.map { " (\($0))" } ?? ""
      notes.append("Camera '\(camera.name)'\(device): " + (computer.cameraNotes ?? "USB."))
    }
    return notes
  }
}

extension BoardDescription {
  /// Every I2C bus in use, once, in the order of the parts.
  var busNames: [String] {
    var seen: Set<String> = []
    let all = [imu.bus] + [pwm?.bus].compactMap { $0 } + power.map(\.bus) + grids.map(\.bus)
    return all.filter { seen.insert($0).inserted }
  }

  /// Every output of a motor, servo or ESC.
  var outputs: [Output] {
    motors.flatMap { [$0.pwm, $0.in1, $0.in2].compactMap { $0 } } + servos.map(\.output)
      + escs.map(\.output)
  }

  /// Every PWM output of the computer in use.
  var pwmOutputNames: [String] {
    outputs.compactMap { if case .computerPWM(let name) = $0 { name } else { nil } }
  }

  /// What a part calls a line of the computer; the line's own name when nobody renamed it.
  func role(of line: String) -> String {
    lineRoles.filter { $0.value == line }.map(\.key).min() ?? line
  }
}

/// Finds the computer's pin of each wire.
private struct PinFinder {
  /// Label of the pin, and the wire on it.
  private let nets: [String: Net]
  private let supplies: [Net]
  private let home: Int

  init(
    _ board: BoardDescription, _ computer: BoardDescription.Computer, _ used: Set<Net>
  ) {
    var found: [String: Net] = [:]
    for name in board.busNames {
      guard let bus = computer.bus(name) else { continue }
      if let sda = bus.sdaPin { found[sda] = Net(name: "\(name) SDA", kind: .data) }
      if let scl = bus.sclPin { found[scl] = Net(name: "\(name) SCL", kind: .clock) }
    }
    for line in computer.lines {
      let net = Net(name: board.role(of: line.name), kind: .line)
      if used.contains(net) { found[line.pin] = net }
    }
    for output in computer.pwmOutputs {
      let net = Net(name: output.name, kind: .pwm)
      if used.contains(net) { found[output.pin] = net }
    }
    nets = found
    supplies = [Net.supply3V3, .supply5V, .ground].filter(used.contains)
    let wires = computer.connectors.map { $0.rows.joined().filter { found[$0] != nil }.count }
    let most = wires.max() ?? 0
    home = wires.firstIndex(of: most) ?? 0
  }

  /// The connector with its wires; nil when it has none. The supplies come from the one with most.
  func connector(
    _ index: Int, _ source: BoardDescription.Computer.Connector
  ) -> WiringPlan.Connector? {
    var open = index == home ? supplies : []
    var number = 0
    let rows = source.rows.map { row in
      row.map { label in
        number += 1
        var pin = WiringPlan.Pin(label: label, number: number, net: nets[label])
        if pin.net == nil, let supply = open.firstIndex(where: { $0.name == label }) {
          pin.net = open.remove(at: supply)
        }
        return pin
      }
    }
    guard rows.joined().contains(where: { $0.net != nil }) else { return nil }
    return WiringPlan.Connector(
      title: source.title, isNumbered: source.title.contains("-pin "), rows: rows)
  }
}
