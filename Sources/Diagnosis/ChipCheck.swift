// SPDX-License-Identifier: Apache-2.0
import Board
import Buses

/// Every chip of the board file: there, and the one that it should be.
enum ChipCheck: Check {
  static func look(_ evidence: Evidence) -> [Finding] {
    evidence.board.expectedChips.flatMap { ChipCase(chip: $0, evidence: evidence).findings }
      + InertialCheck.look(evidence) + evidence.probe.missingFiles.map(firmware)
  }

  private static func firmware(_ path: String) -> Finding {
    Finding(
      .firmwareMissing, .error, .chips, at: path, "The chip's firmware file is not there.",
      why: "The chip forgets it without power and gets it at every start.",
      fix: ["Download it from the chip's maker, and name it under 'firmware' in board.yaml."])
  }

  static func fine(_ evidence: Evidence) -> String? { nil }
}

/// One chip and what came from its address.
struct ChipCase {
  let chip: ExpectedChip
  let evidence: Evidence

  var name: String { chip.chip.name }
  var place: String { "\(chip.bus) \(hex(chip.address)) (\(chip.section))" }
  private var busNumber: Int { evidence.busNumber(chip.bus) }

  var findings: [Finding] {
    switch evidence.probe.answers[chip.site] {
    case nil: return notAsked
    case .held(let name, let driver): return [held(name, by: driver)]
    case .failed(let reason): return failed(reason)
    case .silent: return [elsewhere ?? absent]
    case .registers(let registers):
      return isRight(registers)
        ? [Finding(.areaFine, .ok, .chips, at: place, "\(name) answers.")] : [wrong(registers)]
    }
  }

  /// A chip without identity is taken for itself, unless another one gives its name.
  private func isRight(_ registers: [UInt8: [UInt8]]) -> Bool {
    chip.chip.signature.map { $0.fits(registers) } ?? (identity(registers) == nil)
  }

  /// Which known chip says so of itself.
  func identity(_ registers: [UInt8: [UInt8]]) -> CatalogChip? {
    ChipCatalog.chips(at: chip.address).first { $0.signature?.fits(registers) == true }
  }

  /// The bus is not there, which has been said; or nobody asked.
  private var notAsked: [Finding] {
    guard evidence.probe == Probe(), evidence.adapter(chip.bus) != nil else { return [] }
    return [
      Finding(
        .notLookedAt, .note, .chips, at: place, "Not asked.",
        why: "Only the files of the computer were looked at.",
        fix: ["sudo i2cdetect -y \(busNumber)   # \(hexDigits(chip.address)) must show"])
    ]
  }

  func finding(
    _ id: Finding.ID, _ what: String, why: String, fix: [String]
  ) -> Finding {
    Finding(id, .error, .chips, at: place, what, why: why, fix: fix)
  }

  private func held(_ client: String, by driver: String) -> Finding {
    guard isKin(client) else { return trap(client) }
    let device = "\(busNumber)-00" + hexDigits(chip.address)
    return finding(
      .chipHeldByKernel, "The kernel driver \(driver) holds the chip.",
      why: "Two programs that talk to one chip garble each other's data.",
      fix: [
        "echo \(device) | sudo tee /sys/bus/i2c/drivers/\(driver)/unbind",
        "For good: remove the chip's dtoverlay from "
          + "\(evidence.facts.boot?.path ?? "config.txt"), or blacklist the driver's module in "
          + "/etc/modprobe.d/."
      ])
  }

  /// Names of one maker's family begin alike: "mpu6050" of the device tree, "MPU-6500".
  private func isKin(_ client: String) -> Bool {
    func family(_ name: String) -> String {
      String(name.lowercased().filter { $0.isLetter || $0.isNumber }.prefix(3))
    }
    return family(client) == family(name)
  }

  /// The computer has a chip of its own there.
  private func trap(_ client: String) -> Finding {
    let free = chip.chip.addresses.filter { $0 != chip.address }.prefix(3).map { hex($0) }
    let others = evidence.board.computer?.buses.map(\.name).filter { $0 != chip.bus } ?? []
    return finding(
      .addressTrap, "The computer's own \(client) lives here.",
      why: "Two chips at one address talk at once, and neither can be understood.",
      fix: [
        "Strap \(name) to another address (\(list(Array(free)))) and write it under "
          + "\(chip.section): in board.yaml, or move it to "
          + (others.isEmpty ? "another bus." : list(others) + ".")
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
      return signature.fits(registers) && !taken.contains(site)
        && chip.chip.addresses.contains(site.address)
    }.map(\.key).sorted { ($0.bus, $0.address) < ($1.bus, $1.address) }
    if let site = places.first(where: { $0.bus == chip.bus }) {
      return finding(
        .chipAtOtherAddress, "\(name) does not answer here but at \(hex(site.address)).",
        why: "An address pin is strapped the other way.",
        fix: [
          "Write 'address: \(hex(site.address))' under \(chip.section): in board.yaml, or strap "
            + "the pin."
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
