// SPDX-License-Identifier: Apache-2.0
import Board

/// The GPIO lines and PWM outputs of the board file: there, once, free, and switched to GPIO.
enum LineCheck: Check {
  static func look(_ evidence: Evidence) -> [Finding] {
    let outputs = evidence.board.pwmOutputNames.compactMap { missingOutput($1, $0, evidence) }
    guard let chips = evidence.facts.gpioChips else {
      return outputs + [
        Finding(
          .notLookedAt, .note, .lines, at: "GPIO", "Not looked at: nobody could ask the kernel.",
          why: "Names of lines come from the GPIO chips themselves.",
          fix: ["gpioinfo   # must show \(list(evidence.board.lineNames.map(\.line)))"])
      ]
    }
    let lines = evidence.board.lineNames.flatMap { key, name in
      LineCase(name: name, key: key, chips: chips, evidence: evidence).findings
    }
    return lines + outputs + (evidence.facts.isRobotRunning ? [running] : [])
  }

  static func fine(_ evidence: Evidence) -> String? {
    list(evidence.board.lineNames.map(\.line) + evidence.board.pwmOutputNames.map(\.output))
  }

  private static let running = Finding(
    .robotRuns, .note, .lines, at: "GPIO", "A running umwelt holds lines.",
    why: "Its IMU and its camera are left alone, so not everything was looked at.",
    fix: ["Stop it and ask again, to have everything looked at."])

  private static func missingOutput(
    _ name: String, _ key: String, _ evidence: Evidence
  ) -> Finding? {
    guard evidence.isRobot, let output = evidence.board.computer?.pwmOutput(name) else {
      return nil
    }
    let isThere = evidence.facts.pwmChips.contains {
      $0.devicePath.contains(output.chip) && $0.outputs > output.channel
    }
    guard !isThere else { return nil }
    return Finding(
      .pwmOutputMissing, .error, .lines, at: "\(name) (\(key))",
      "This computer shows no PWM chip \(output.chip) with channel \(output.channel).",
      why: "The part on that pin gets no pulses.",
      fix: output.enable.map(evidence.facts.enabling)
        + ["ls -l /sys/class/pwm   # the chips there are"])
  }
}

/// One line and what became of it.
private struct LineCase {
  let name: String
  let key: String
  let chips: [MachineFacts.GPIOChip]
  let evidence: Evidence

  private var place: String { "\(name) (\(key))" }
  private var line: BoardDescription.Computer.Line? { evidence.board.computer?.line(name) }

  var findings: [Finding] {
    if let line, !chips.contains(where: { $0.label == line.chip }) { return [chipMissing(line)] }
    let found = places
    guard let (chip, line) = found.first else { return [missing] }
    var findings: [Finding] = []
    if found.count > 1 { findings.append(ambiguous(found)) }
    if let consumer = line.consumer, consumer != MachineFacts.ownConsumer {
      findings.append(taken(chip, line, by: consumer))
    }
    if let pin = evidence.facts.pinUse(chip, line), let owner = pin.owner {
      findings.append(muxed(pin, by: owner))
    }
    return findings
  }

  /// By chip and offset or name where the computer's file says so, else by name alone.
  private var places: [(chip: MachineFacts.GPIOChip, line: MachineFacts.GPIOLine)] {
    chips.flatMap { chip in
      chip.lines.filter { candidate in
        guard let line else { return candidate.name == name }
        return chip.label == line.chip
          && (candidate.name == line.line || "\(candidate.offset)" == line.line)
      }.map { (chip: chip, line: $0) }
    }
  }

  private var labels: String { list(chips.map(\.label)) }

  private func finding(
    _ id: Finding.ID, _ what: String, why: String, fix: [String], level: Finding.Level = .error
  ) -> Finding {
    Finding(id, level, .lines, at: place, what, why: why, fix: fix)
  }

  private func chipMissing(_ line: BoardDescription.Computer.Line) -> Finding {
    finding(
      .gpioChipMissing, "No GPIO chip is labelled \"\(line.chip)\"; there are \(labels).",
      why: "The board file is for another computer, or a driver is not loaded.",
      fix: ["gpiodetect   # the chips there are; then correct 'lines' of the computer's file"])
  }

  private var missing: Finding {
    let spelt = chips.flatMap(\.lines).map(\.name).first {
      !$0.isEmpty && $0.lowercased().filter(\.isLetter) == name.lowercased().filter(\.isLetter)
        && $0.filter(\.isNumber) == name.filter(\.isNumber)
    }
    return finding(
      .lineMissing,
      "No GPIO line is called \"\(line?.line ?? name)\"; the chips are \(labels)."
        + (spelt.map { " One is called \"\($0)\"." } ?? ""),
      why: "The robot finds lines by name, for their numbers change between kernels.",
      fix: ["gpioinfo   # the names there are; write the right one in board.yaml"])
  }

  private func ambiguous(
    _ places: [(chip: MachineFacts.GPIOChip, line: MachineFacts.GPIOLine)]
  ) -> Finding {
    finding(
      .lineAmbiguous,
      "\(places.count) lines have this name: "
        + list(places.map { "\($0.chip.label) line \($0.line.offset)" }) + ".",
      why: "Which one is meant cannot be told.",
      fix: ["gpioinfo | grep \(name)   # then write chip and line under 'computer: lines:'"],
      level: .warning)
  }

  private func taken(
    _ chip: MachineFacts.GPIOChip, _ line: MachineFacts.GPIOLine, by consumer: String
  ) -> Finding {
    finding(
      .lineTaken, "\(chip.label) line \(line.offset) is held by \"\(consumer)\".",
      why: "A line has one master at a time.",
      fix: [
        "sudo fuser -v /dev/gpiochip*   # which program; stop it",
        "If no program shows, a driver has it: remove its dtoverlay and restart."
      ])
  }

  private func muxed(_ pin: MachineFacts.PinUse, by owner: String) -> Finding {
    finding(
      .pinMuxed, "The pin is switched to \(pin.function ?? "another function") of \(owner).",
      why: "Its level on the header is not the GPIO's.",
      fix: [
        "Disable that function in \(evidence.facts.boot?.path ?? "the device tree"), then restart.",
        "sudo cat /sys/kernel/debug/pinctrl/\(pin.controller)/pinmux-pins | grep '(\(pin.name))'"
      ])
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
