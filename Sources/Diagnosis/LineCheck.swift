// SPDX-License-Identifier: Apache-2.0
import Board

/// The GPIO lines of the board file: there, once, free, and switched to GPIO.
enum LineCheck: Check {
  static func look(_ evidence: Evidence) -> [Finding] {
    guard let chips = evidence.facts.gpioChips else {
      return [
        Finding(
          .notLookedAt, .note, .lines, at: "GPIO", "Not looked at: nobody could ask the kernel.",
          why: "Names of lines come from the GPIO chips themselves.",
          fix: ["gpioinfo   # must show \(list(evidence.board.lineNames.map(\.line)))"])
      ]
    }
    return evidence.board.lineNames.flatMap { key, line in look(line, key, chips, evidence) }
  }

  static func fine(_ evidence: Evidence) -> String? { list(evidence.board.lineNames.map(\.line)) }

  private static func look(
    _ name: String, _ key: String, _ chips: [MachineFacts.GPIOChip], _ evidence: Evidence
  ) -> [Finding] {
    let places = chips.flatMap { chip in
      chip.lines.filter { $0.name == name }.map { (chip: chip, line: $0) }
    }
    let place = "\(name) (\(key))"
    guard let found = places.first else { return [missing(name, place, chips)] }
    var findings: [Finding] = []
    if places.count > 1 {
      let all = places.map { "\($0.chip.label) line \($0.line.offset)" }
      findings.append(
        Finding(
          .lineAmbiguous, .warning, .lines, at: place,
          "\(places.count) lines have this name: \(list(all)).",
          why: "The first one is taken, which may be the wrong one.",
          fix: ["gpioinfo | grep \(name)   # then name another line in board.yaml"]))
    }
    if let consumer = found.line.consumer {
      findings.append(taken(found.chip, found.line, by: consumer, place))
    }
    if let pin = evidence.facts.pinUse(found.chip, found.line), let owner = pin.owner {
      findings.append(muxed(owner, pin, place, evidence))
    }
    return findings
  }

  private static func missing(
    _ name: String, _ place: String, _ chips: [MachineFacts.GPIOChip]
  ) -> Finding {
    let labels = chips.map { "\($0.name) (\($0.label))" }
    let spelt = chips.flatMap(\.lines).map(\.name).first {
      !$0.isEmpty && $0.lowercased().filter(\.isLetter) == name.lowercased().filter(\.isLetter)
        && $0.filter(\.isNumber) == name.filter(\.isNumber)
    }
    return Finding(
      .lineMissing, .error, .lines, at: place,
      "No GPIO line is called \"\(name)\"; the chips are \(list(labels))."
        + (spelt.map { " One is called \"\($0)\"." } ?? ""),
      why: "The robot finds lines by name, for their numbers change between kernels.",
      fix: ["gpioinfo   # the names there are; write the right one in board.yaml"])
  }

  private static func taken(
    _ chip: MachineFacts.GPIOChip, _ line: MachineFacts.GPIOLine, by consumer: String,
    _ place: String
  ) -> Finding {
    Finding(
      .lineTaken, .error, .lines, at: place,
      "\(chip.label) line \(line.offset) is held by \"\(consumer)\".",
      why: "A line has one master at a time.",
      fix: [
        "sudo fuser -v /dev/\(chip.name)   # which program; stop it",
        "If no program shows, a driver has it: remove its dtoverlay and restart."
      ])
  }

  private static func muxed(
    _ owner: String, _ pin: MachineFacts.PinUse, _ place: String, _ evidence: Evidence
  ) -> Finding {
    Finding(
      .pinMuxed, .error, .lines, at: place,
      "The pin is switched to \(pin.function ?? "another function") of \(owner).",
      why: "Its level on the header is not the GPIO's.",
      fix: [
        "Disable that function in \(evidence.facts.boot?.path ?? "the device tree"), then restart.",
        "sudo cat /sys/kernel/debug/pinctrl/\(pin.controller)/pinmux-pins | grep '(\(pin.name))'"
      ])
  }
}

extension BoardDescription {
  /// The GPIO lines of the board, with the keys that name them.
  var lineNames: [(key: String, line: String)] {
    [("imu.interrupt", imu.interruptLine), ("motor_driver.standby", motorDriver.standbyLine)]
  }
}

extension MachineFacts {
  /// The pin of a line: pin controllers call it "gpio17", those with banks "gpio3-17".
  fileprivate func pinUse(_ chip: GPIOChip, _ line: GPIOLine) -> PinUse? {
    pins?.first { pin in
      pin.name == "\(chip.label)-\(line.offset)"
        || (pin.name == "gpio\(line.offset)" && pin.controller.hasSuffix(chip.label))
    }
  }
}
