// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A GPIO line as the kernel knows it.
public struct KernelLine: Equatable, Sendable, CustomStringConvertible {
  /// The chip's file, where it is now.
  let chipPath: String
  public let chipLabel: String
  public let offset: UInt32
  /// Empty where the line has none.
  public let name: String
  /// Who holds it; empty when nobody does.
  public let consumer: String

  /// How to say it: "pinctrl-rp1/17".
  public var description: String { "\(chipLabel)/\(offset)" }
}

/// The machine's GPIO chips by label and their lines by name. Numbers of chips move between
/// kernels, so that names are looked up anew at every start.
///
/// A line is called by its own name ("GPIO17", "MIKROBUS_GPIO1_7") or by its chip's label and its
/// offset or name ("pinctrl-rp1/17", "601000.gpio/12").
struct GPIOLines {
  let files: MachineFiles

  func find(_ name: String) throws(HardwareError) -> KernelLine {
    var refusal: SystemError?
    let all = self.all(&refusal)
    let found = all.filter { isCalled($0, name) }
    if let only = found.first, found.count == 1 { return only }
    let reason: String? =
      found.isEmpty
      ? all.isEmpty ? self.reason(refusal) : nil
      : "is the name of \(found.map(\.description).joined(separator: " and ")). Use one of these."
    throw HardwareError(kind: "GPIO line", name: name, available: offer(all), reason: reason)
  }

  /// Every line of every chip that can be asked.
  var all: [KernelLine] {
    var refusal: SystemError?
    return all(&refusal)
  }

  /// Every line of every chip, and why a chip could not be asked.
  private func all(_ refusal: inout SystemError?) -> [KernelLine] {
    var places: [KernelLine] = []
    var seen: Set<String> = []
    for file in files.names(in: "/dev") where file.hasPrefix("gpiochip") {
      do throws(SystemError) {
        let chip = try GPIOChip(files.place("/dev/\(file)"))
        // Some systems keep the number that a chip once had as a link to it.
        if seen.insert(chip.name).inserted { places += chip.lines }
      } catch { refusal = error }
    }
    return places
  }

  private func isCalled(_ line: KernelLine, _ name: String) -> Bool {
    guard let slash = name.lastIndex(of: "/") else { return line.name == name }
    let (label, rest) = (name[..<slash], name[name.index(after: slash)...])
    return line.chipLabel == label && (String(line.offset) == rest || line.name == rest)
  }

  /// What could be meant: names where lines have them, else the chips.
  private func offer(_ all: [KernelLine]) -> [String] {
    let names = all.map(\.name).filter { !$0.isEmpty }
    let counts = Dictionary(grouping: all, by: \.chipLabel).mapValues(\.count)
    return names + counts.map { "\($0)/0…\($1 - 1)" }
  }

  private func reason(_ refusal: SystemError?) -> String {
    switch refusal?.errno {
    case nil: "this machine has no /dev/gpiochip*: its kernel has no GPIO driver."
    case EACCES, EPERM:
      "you may not open /dev/gpiochip*. Join their group: sudo usermod -aG gpio $USER, then log in "
        + "again."
    case .some(let errno): "/dev/gpiochip* cannot be opened: \(words(for: errno))."
    }
  }
}

/// A chip that is open for questions.
private final class GPIOChip {
  private let path: String
  private let chip: OpaquePointer
  private let facts: umwelt_gpio_chip_facts

  init(_ path: String) throws(SystemError) {
    var opened: OpaquePointer?
    try checked(umwelt_gpio_open_chip(path, &opened))
    guard let opened else { throw SystemError(errno: ENODEV) }
    var facts = umwelt_gpio_chip_facts()
    let result = umwelt_gpio_chip_facts(opened, &facts)
    (self.path, chip, self.facts) = (path, opened, facts)
    try checked(result)  // closed by deinit
  }

  deinit { umwelt_gpio_close_chip(chip) }

  var name: String { text(in: facts.name) }

  var lines: [KernelLine] {
    let label = text(in: facts.label)
    return (0..<facts.line_count).compactMap { offset in
      var line = umwelt_gpio_line_facts()
      guard umwelt_gpio_line_facts(chip, offset, &line) == 0 else { return nil }
      let consumer = text(in: line.consumer)
      return KernelLine(
        chipPath: path, chipLabel: label, offset: offset, name: text(in: line.name),
        consumer: line.is_held == 0 || !consumer.isEmpty ? consumer : "the kernel")
    }
  }
}
