// SPDX-License-Identifier: Apache-2.0
import Board
import Devices

/// A chip that the board file says is there.
struct ExpectedChip: Equatable, Sendable {
  /// Where the board file says so: "imu", "power[0]".
  var section: String
  var chip: CatalogChip
  var bus: String
  var address: UInt8

  var site: Probe.Site { Probe.Site(bus: bus, address: address) }
}

extension BoardDescription {
  /// In the order of the file; one chip that is named twice, as by two inputs of a converter, once.
  var expectedChips: [ExpectedChip] {
    var chips = [
      ExpectedChip(
        section: "imu", chip: ChipCatalog.chip(imu.chip), bus: imu.bus, address: imu.address)
    ]
    if let pwm {
      chips.append(
        ExpectedChip(
          section: "pwm", chip: ChipCatalog.chip(pwm.chip), bus: pwm.bus, address: pwm.address))
    }
    chips += power.enumerated().map { index, part in
      ExpectedChip(
        section: "power[\(index)]", chip: ChipCatalog.chip(part.chip), bus: part.bus,
        address: part.address)
    }
    chips += grids.enumerated().map { index, part in
      ExpectedChip(
        section: "grids[\(index)]", chip: ChipCatalog.chip(part.chip), bus: part.bus,
        address: part.address)
    }
    var seen: Set<Probe.Site> = []
    return chips.filter { seen.insert($0.site).inserted }
  }

  /// The I2C buses of the board, each once.
  public var busNames: [String] { unique(expectedChips.map(\.bus)) }

  /// The GPIO lines of the board by their computer names, with the keys that name them.
  public var lineNames: [(key: String, line: String)] {
    var lines: [(String, String?)] = [
      ("imu.interrupt", imu.interruptLine), ("camera.trigger", camera?.triggerLine),
      ("camera.strobe", camera?.strobeLine), ("pwm.output_enable", pwm?.outputEnableLine),
      ("motor_driver.standby", motorDriver?.standbyLine),
      ("motor_driver.fault", motorDriver?.faultLine)
    ]
    lines += relays.map { ("relays.\($0.name)", $0.line) }
    lines += encoders.flatMap {
      [("encoders.\($0.motor).a", $0.aLine), ("encoders.\($0.motor).b", $0.bLine)]
    }
    lines += grids.map { ("grids.\($0.name).interrupt", $0.interruptLine) }
    for (key, output) in outputs {
      if case .line(let name) = output { lines.append((key, name)) }
    }
    return lines.compactMap { key, line in line.map { (key, $0) } }
  }

  /// The computer's own PWM outputs that the board uses, with the keys that name them.
  var pwmOutputNames: [(key: String, output: String)] {
    outputs.compactMap { key, output in
      if case .computerPWM(let name) = output { return (key, name) }
      return nil
    }
  }

  /// What drives motors, servos and ESCs, with the keys that name it.
  var outputs: [(key: String, output: Output)] {
    let motors = motors.flatMap { motor in
      [("pwm", motor.pwm), ("in1", motor.in1), ("in2", motor.in2)].compactMap { input, output in
        output.map { (key: "motors.\(motor.name).\(input)", output: $0) }
      }
    }
    return motors + servos.map { (key: "servos.\($0.name)", output: $0.output) }
      + escs.map { (key: "escs.\($0.name)", output: $0.output) }
  }
}

/// In the order of their first appearance.
func unique(_ words: [String]) -> [String] {
  var seen: Set<String> = []
  return words.filter { seen.insert($0).inserted }
}
