// SPDX-License-Identifier: Apache-2.0
import Devices
import Board

/// Makes the parts beside the computer, and the wires on their pins, of a board.
struct PlanBuilder {
  typealias Block = WiringPlan.Block
  typealias Terminal = WiringPlan.Terminal

  private let board: BoardDescription
  private(set) var blocks: [Block] = []
  private var resistors = 0

  init(_ board: BoardDescription) {
    self.board = board
    addIMU()
    addPWM()
    for grid in board.grids { addGrid(grid) }
    for power in board.power { addPower(power) }
    for encoder in board.encoders { addEncoder(encoder) }
    for relay in board.relays { addRelay(relay) }
    addStop()
    addCamera()
    addBridge()
    for servo in board.servos { addServo(servo) }
    for esc in board.escs { addESC(esc) }
    for motor in board.motors { addMotor(motor) }
    addSupplies()
  }

  private func line(_ name: String) -> Net { Net(name: board.role(of: name), kind: .line) }

  private func net(_ output: BoardDescription.Output) -> Net {
    switch output {
    case .channel(let channel): Net(name: "PWM \(channel)", kind: .pwm)
    case .computerPWM(let name): Net(name: name, kind: .pwm)
    case .line(let name): line(name)
    }
  }

  private func details(_ bus: String, _ address: UInt8, _ word: String = "") -> [String] {
    let straps = ChipPins.straps(word, address: address)
    return ["\(bus), address \(hex(address))"] + (straps.isEmpty ? [] : [straps])
  }

  private mutating func addIMU() {
    let imu = board.imu
    var left = ChipPins.bus(imu.bus)
    if let interrupt = imu.interruptLine {
      left.append(Terminal(name: "INT", net: line(interrupt)))
    }
    let addresses = imu.chip.traits.addresses.sorted()
    if addresses.count > 1 {
      let isHigh = imu.address == addresses[addresses.count - 1]
      left.append(
        Terminal(
          name: ChipPins.addressPin(ofIMU: imu.chip.rawValue),
          net: isHigh ? .supply3V3 : .ground))
    }
    blocks.append(
      Block(
        title: imu.chip.traits.name, details: details(imu.bus, imu.address), column: 1, left: left))
  }

  private mutating func addPWM() {
    guard let pwm = board.pwm else { return }
    var left = ChipPins.bus(pwm.bus)
    let enable = pwm.outputEnableLine.map(line)
    left.append(Terminal(name: "OE", net: enable ?? .ground))
    var seen: Set<Int> = []
    let channels = board.outputs.compactMap(\.channel).filter { seen.insert($0).inserted }
    blocks.append(
      Block(
        title: pwm.chip.traits.name,
        details: details(pwm.bus, pwm.address, pwm.chip.rawValue), column: 1, left: left,
        right: channels.sorted().map {
          Terminal(name: "\($0)", net: Net(name: "PWM \($0)", kind: .pwm))
        }))
    if let enable {
      addResistor("10 kOhm", "off until OE is driven low", column: 1, from: .supply3V3, to: enable)
    }
  }

  private mutating func addResistor(
    _ value: String, _ why: String, column: Int, from: Net, to: Net
  ) {
    resistors += 1
    blocks.append(
      Block(
        title: "R\(resistors)", details: [value, why], shape: .resistor, column: column,
        left: [Terminal(name: "1", net: from), Terminal(name: "2", net: to)]))
  }

  private mutating func addGrid(_ grid: BoardDescription.Grid) {
    var left = ChipPins.bus(grid.bus)
    if let interrupt = grid.interruptLine {
      left.append(Terminal(name: "INT", net: line(interrupt)))
    }
    blocks.append(
      Block(
        title: grid.chip.traits.name,
        details: ["'\(grid.name)'"] + details(grid.bus, grid.address, grid.chip.rawValue),
        column: 1, left: left))
  }

  private mutating func addPower(_ power: BoardDescription.Power) {
    let traits = power.chip.traits
    var block = Block(
      title: traits.name,
      details: ["'\(power.name)'"] + details(power.bus, power.address, power.chip.rawValue),
      column: 1, left: ChipPins.bus(power.bus))
    if traits.measuresCurrent {
      block.right = [
        Terminal(name: "VIN+", net: switched), Terminal(name: "VIN-", net: .motorSupply)
      ]
      blocks.append(block)
      return
    }
    let input = Net(name: "AIN\(power.channel ?? 0)", kind: .line)
    block.right = [Terminal(name: input.name, net: input)]
    blocks.append(block)
    addResistor(ohms(power.upperOhm), "divider, upper", column: 2, from: .motorSupply, to: input)
    addResistor(ohms(power.lowerOhm), "divider, lower", column: 2, from: input, to: .ground)
  }

  /// Between the switch and the first chip that measures the current.
  private var switched: Net {
    let isMeasured = board.power.contains { $0.chip.traits.measuresCurrent }
    return isMeasured ? Net(name: "SW", kind: .battery) : .motorSupply
  }

  private mutating func addEncoder(_ encoder: BoardDescription.Encoder) {
    blocks.append(
      Block(
        title: "Encoder \(encoder.motor)", details: ["\(encoder.countsPerTurn) counts a turn"],
        column: 1,
        left: [
          Terminal(name: "VCC", net: .supply3V3), Terminal(name: "GND", net: .ground),
          Terminal(name: "A", net: line(encoder.aLine)),
          Terminal(name: "B", net: line(encoder.bLine))
        ]))
  }

  private mutating func addRelay(_ relay: BoardDescription.Relay) {
    blocks.append(
      Block(
        title: "Relay \(relay.name)", details: ["closes when IN is high"], column: 1,
        left: [
          Terminal(name: "VCC", net: .supply5V), Terminal(name: "GND", net: .ground),
          Terminal(name: "IN", net: line(relay.line))
        ]))
  }

  private mutating func addStop() {
    guard let stop = board.safety.emergencyStopLine else { return }
    blocks.append(
      Block(
        title: "Emergency stop", details: ["normally closed", "within reach"], shape: .toggle,
        column: 1,
        left: [
          Terminal(name: "NC", net: line(stop)), Terminal(name: "COM", net: .ground)
        ]))
    addResistor(
      "10 kOhm", "a broken wire stops too", column: 1, from: .supply3V3, to: line(stop))
  }

  private mutating func addCamera() {
    guard let camera = board.camera else { return }
    var left: [Terminal] = []
    if let trigger = camera.triggerLine { left.append(Terminal(name: "TRIG", net: line(trigger))) }
    if let strobe = camera.strobeLine { left.append(Terminal(name: "STROBE", net: line(strobe))) }
    if !left.isEmpty { left.append(Terminal(name: "GND", net: .ground)) }
    blocks.append(
      Block(
        title: "Camera \(camera.name)",
        details: [camera.device ?? "USB or CSI", "\(camera.widthPx) x \(camera.heightPx)"],
        column: 1, left: left))
  }

  private mutating func addBridge() {
    guard let bridge = board.motorDriver, !board.motors.isEmpty else { return }
    let traits = bridge.chip.traits
    var left = traits.hasPWMInput ? [Terminal(name: "VCC", net: .supply3V3)] : []
    let sleep = line(bridge.standbyLine)
    left += [
      Terminal(name: "GND", net: .ground), Terminal(name: traits.sleepPin, net: sleep)
    ]
    if let pin = traits.faultPin, let fault = bridge.faultLine {
      left.append(Terminal(name: pin, net: line(fault)))
    }
    var right = [Terminal(name: "VM", net: .motorSupply)]
    for (motor, side) in zip(board.motors, ["A", "B"]) {
      if let pwm = motor.pwm { left.append(Terminal(name: "PWM\(side)", net: net(pwm))) }
      left.append(Terminal(name: "\(side)IN1", net: net(motor.in1)))
      left.append(Terminal(name: "\(side)IN2", net: net(motor.in2)))
      right += [1, 2].map {
        Terminal(
          name: traits.hasPWMInput ? "\(side)O\($0)" : "\(side)OUT\($0)",
          net: Net(name: "\(motor.name) \($0)", kind: .motor))
      }
    }
    blocks.append(
      Block(title: traits.name, details: ["motor driver"], column: 2, left: left, right: right))
    addResistor(
      "10 kOhm", "asleep until driven high", column: 2, from: sleep,
      to: .ground)
    if let fault = bridge.faultLine {
      addResistor("10 kOhm", "open-drain output", column: 2, from: .supply3V3, to: line(fault))
    }
  }

  private mutating func addServo(_ servo: BoardDescription.Servo) {
    blocks.append(
      Block(
        title: "Servo \(servo.name)", details: [], column: 2,
        left: [
          Terminal(name: "signal", net: net(servo.output)), Terminal(name: "GND", net: .ground)
        ], right: [Terminal(name: "V+", net: .servoSupply)]))
  }

  private mutating func addESC(_ esc: BoardDescription.ESC) {
    blocks.append(
      Block(
        title: "ESC \(esc.name)", details: ["with its brushless motor"], column: 2,
        left: [
          Terminal(name: "signal", net: net(esc.output)), Terminal(name: "GND", net: .ground)
        ], right: [Terminal(name: "battery +", net: .motorSupply)]))
  }

  private mutating func addMotor(_ motor: BoardDescription.Motor) {
    let order = motor.isInverted ? ["-", "+"] : ["+", "-"]
    blocks.append(
      Block(
        title: "Motor \(motor.name)", details: motor.isInverted ? ["inverted"] : [], column: 3,
        left: zip(order, [1, 2]).map {
          Terminal(name: $0, net: Net(name: "\(motor.name) \($1)", kind: .motor))
        }))
  }

  private mutating func addSupplies() {
    let nets = Set(blocks.flatMap { ($0.left + $0.right).map(\.net) })
    if nets.contains(.motorSupply) {
      let battery = Net(name: "BAT+", kind: .battery)
      blocks.append(
        Block(
          title: "S1", details: ["main switch", "within reach"], shape: .toggle, column: 3,
          left: [Terminal(name: "1", net: switched), Terminal(name: "2", net: battery)]))
      blocks.append(
        Block(
          title: "Motor battery", details: ["for the motors only"], column: 3,
          left: [Terminal(name: "+", net: battery), Terminal(name: "-", net: .ground)]))
    }
    if nets.contains(.servoSupply) {
      blocks.append(
        Block(
          title: "Servo supply", details: ["5 V, 1 A for each servo"], column: 3,
          left: [Terminal(name: "+", net: .servoSupply), Terminal(name: "-", net: .ground)]))
    }
  }

  private func hex(_ address: UInt8) -> String {
    "0x" + String(address, radix: 16, uppercase: true)
  }

  private func ohms(_ value: Double?) -> String {
    guard let value else { return "? Ohm" }
    let (number, unit) = value >= 1000 ? (value / 1000, "kOhm") : (value, "Ohm")
    return number == number.rounded() ? "\(Int(number)) \(unit)" : "\(number) \(unit)"
  }
}
