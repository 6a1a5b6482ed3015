// SPDX-License-Identifier: Apache-2.0
import Buses

/// Somebody answers, but not who should.
extension ChipCase {
  func wrong(_ registers: [UInt8: [UInt8]]) -> Finding {
    if let found = identity(registers) {
      if found.kind != chip.chip.kind { return inTheWay("\(article(found)) answers") }
      return found.signature?.register == chip.chip.signature?.register
        ? clone(found) : another(found)
    }
    let bytes = Set(registers.values.joined())
    if bytes == [0xFF] || bytes == [0x00] { return constant(bytes == [0xFF] ? 0xFF : 0x00) }
    let nameless = ChipCatalog.chips(at: chip.address).filter {
      $0.signature == nil && $0.kind != chip.chip.kind
    }
    if nameless.isEmpty { return unknown(registers) }
    let names = nameless.map(\.name).joined(separator: ", ")
    return inTheWay(
      "\(said(registers)), which no known \(chip.chip.kind.rawValue) says; a chip without identity "
        + "that lives here (\(names)) answers, or an unknown clone,")
  }

  /// Made to be mistaken for the chip: it says who it is in the same register.
  private func clone(_ found: CatalogChip) -> Finding {
    finding(
      .chipIsClone, "\(article(found)) answers, not \(article(chip.chip)).",
      why: "Its FIFO, filters and scales may differ, so its data would be wrong without a word.",
      fix: remedy(found))
  }

  private func another(_ found: CatalogChip) -> Finding {
    finding(
      .chipIsAnother, "\(article(found)) answers, not \(article(chip.chip)).",
      why: "The driver for one chip cannot read the other.", fix: remedy(found))
  }

  private func remedy(_ found: CatalogChip) -> [String] {
    guard let name = found.boardName else {
      return ["There is no driver for \(found.name): fit \(article(chip.chip))."]
    }
    return [
      "Write 'chip: \(name)' under \(chip.section): in board.yaml, or fit \(article(chip.chip))."
    ]
  }

  private func inTheWay(_ who: String) -> Finding {
    let free = chip.chip.addresses.filter { address in
      address != chip.address
        && !evidence.board.expectedChips.contains {
          $0.bus == chip.bus && $0.address == address
        }
    }.prefix(3).map { hex($0) }
    let straps =
      free.isEmpty
      ? "Move one of the two to another bus."
      : "Give one of the two another address by its straps (\(name): \(list(Array(free)))) and "
        + "write it in board.yaml, or move one to another bus."
    return finding(
      .chipInTheWay, "\(who) where \(article(chip.chip)) should.",
      why: "Two chips at one address talk at once, and neither can be understood.",
      fix: [straps])
  }

  private func constant(_ byte: UInt8) -> Finding {
    finding(
      .chipReadsConstant, "It acknowledges, but every register reads \(hex(byte)).",
      why: byte == 0xFF
        ? "Nobody drives SDA: a loose wire, no supply, or another kind of chip."
        : "SDA is held low: a short, or a chip that hangs.",
      fix: [
        "Power-cycle it and check SDA.",
        "If it stays so, it is not \(article(chip.chip)): read what is printed on it."
      ])
  }

  private func unknown(_ registers: [UInt8: [UInt8]]) -> Finding {
    finding(
      .chipUnknown, "\(said(registers)): no chip that is known here.",
      why: "It may be a clone; what it does with its settings is anybody's guess.",
      fix: ["Read what is printed on the chip, and fit \(article(chip.chip))."])
  }

  private func said(_ registers: [UInt8: [UInt8]]) -> String {
    guard let signature = chip.chip.signature, let bytes = registers[signature.register] else {
      return "It answers"
    }
    let text = bytes.map { hex($0) }.joined(separator: " ")
    return "Register \(hex(signature.register)) says \(text)"
  }

  /// "an INA226", "a PCA9685".
  private func article(_ chip: CatalogChip) -> String {
    // Letters whose names begin with a vowel.
    let isVowel = chip.name.first.map { "AEFHILMNORSX".contains($0) } ?? false
    return (isVowel ? "an " : "a ") + chip.name
  }
}
