// SPDX-License-Identifier: Apache-2.0
import Board
import Buses

/// Every chip of the board file: there, and the one that it should be.
enum ChipCheck: Check {
  static func look(_ evidence: Evidence) -> [Finding] {
    evidence.board.expectedChips.flatMap { ChipCase(chip: $0, evidence: evidence).findings }
  }

  static func fine(_ evidence: Evidence) -> String? { nil }
}

/// One chip and what came from its address.
struct ChipCase {
  let chip: ExpectedChip
  let evidence: Evidence

  var name: String { chip.chip.name }
  var place: String { "\(chip.bus) \(hex(chip.address)) (\(chip.section))" }
  private var busNumber: Int { evidence.facts.adapter(chip.bus)?.number ?? 1 }

  var findings: [Finding] {
    switch evidence.probe.answers[chip.site] {
    case nil: return []  // the bus is not there, which has been said
    case .held(let driver): return [held(driver)]
    case .failed(let reason): return failed(reason)
    case .silent: return [elsewhere ?? absent]
    case .registers(let registers):
      return isRight(registers)
        ? [Finding(.areaFine, .ok, .chips, at: place, "\(name) answers.")] : [wrong(registers)]
    }
  }

  private func isRight(_ registers: [UInt8: [UInt8]]) -> Bool {
    chip.chip.signature.map { registers[$0.register] == $0.bytes } ?? true
  }

  func finding(
    _ id: Finding.ID, _ what: String, why: String, fix: [String]
  ) -> Finding {
    Finding(id, .error, .chips, at: place, what, why: why, fix: fix)
  }

  private func held(_ driver: String) -> Finding {
    let device = "\(busNumber)-00" + hexDigits(chip.address)
    return finding(
      .chipHeldByKernel, "The kernel driver \(driver) holds the chip.",
      why: "Two programs that talk to one chip garble each other's data.",
      fix: [
        "echo \(device) | sudo tee /sys/bus/i2c/drivers/\(driver)/unbind",
        "For good: remove the chip's dtoverlay from \(evidence.facts.boot?.path ?? "config.txt"), or "
          + "blacklist the driver's module in /etc/modprobe.d/."
      ])
  }

  private func failed(_ reason: I2CError.Reason) -> [Finding] {
    // A stuck bus is one fault, and has been said.
    let others = evidence.probe.answers.filter { $0.key.bus == chip.bus && $0.key != chip.site }
    let isAlone = others.contains {
      if case .failed = $0.value { return false }
      return true
    }
    guard isAlone else { return [] }
    let error = I2CError(bus: chip.bus, address: chip.address, register: nil, reason: reason)
    return [
      finding(
        .chipFails, "\(name): \(error)", why: "The robot does not start without it.",
        fix: ["sudo i2cdetect -y \(busNumber)", "Check its supply, its wires and its pull-ups."])
    ]
  }

  /// The chip answers at another place than the board file says.
  private var elsewhere: Finding? {
    guard let signature = chip.chip.signature else { return nil }
    let taken = Set(evidence.board.expectedChips.map(\.site))
    let places = evidence.probe.answers.filter { site, answer in
      guard case .registers(let registers) = answer else { return false }
      return registers[signature.register] == signature.bytes && !taken.contains(site)
        && chip.chip.addresses.contains(site.address)
    }.map(\.key).sorted { ($0.bus, $0.address) < ($1.bus, $1.address) }
    if let site = places.first(where: { $0.bus == chip.bus }) {
      return finding(
        .chipAtOtherAddress, "\(name) does not answer here but at \(hex(site.address)).",
        why: "An address pin is strapped the other way.",
        fix: [
          "Write 'address: \(hex(site.address))' under \(chip.section): in board.yaml, or strap the "
            + "pin."
        ])
    }
    guard let site = places.first else { return nil }
    return finding(
      .chipOnOtherBus, "\(name) does not answer here but on \(site.bus) at \(hex(site.address)).",
      why: "It is wired to the pins of another bus.",
      fix: [
        "Write 'bus: \(site.bus)' under \(chip.section): in board.yaml, or move its two wires."
      ])
  }

  private var absent: Finding {
    finding(
      .chipAbsent, "Nobody answers: no \(name).",
      why: "The robot does not start without it.",
      fix: [
        "Check the chip's supply, that SDA goes to SDA and SCL to SCL, and common ground.",
        "sudo i2cdetect -y \(busNumber)   # \(hexDigits(chip.address)) must show"
      ])
  }
}

/// "0a": as i2cdetect and sysfs write an address.
func hexDigits(_ address: UInt8) -> String {
  let digits = String(address, radix: 16)
  return digits.count < 2 ? "0" + digits : digits
}
