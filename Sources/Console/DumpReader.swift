// SPDX-License-Identifier: Apache-2.0

/// The lines of a dump as they come back: all of them, in their order, as they left; or nothing.
///
/// ```
/// begin dump sim-rover *1B2C     the robot it is of
/// set safety.ramp 0.3 s *A1B2    each line with its check
/// apply 57 C0DE *9F3A            how many there were, and the check of all
/// ```
/// One bad line does not end it: the rest is swallowed up to `apply`, which names the first.
struct DumpReader {
  private(set) var count = 0
  private var check = CRC16()
  private(set) var fault: ConsoleError?
  private var lineNumber = 1

  /// A `set` line that came well.
  mutating func add(_ line: String) {
    (count, lineNumber) = (count + 1, lineNumber + 1)
    check = Self.adding(line, to: check)
  }

  /// Any other line; the first is kept.
  mutating func spoil(_ line: String, why: String) {
    lineNumber += 1
    if fault == nil {
      fault = .damagedLine(number: lineNumber, text: String(line.prefix(60)), why: why)
    }
  }

  /// Throws: the first bad line, or that some are missing.
  func finish(count wanted: Int, check text: String) throws(ConsoleError) {
    if let fault { throw fault }
    guard wanted == count, CRC16.parse(text) == check.value else {
      throw .incompleteDump(got: count, wanted: wanted)
    }
  }

  /// A whole dump of these lines.
  static func written(board: String, sets: [String]) -> [String] {
    var check = CRC16()
    for line in sets { check = adding(line, to: check) }
    return [DumpLine.sealed("begin dump \(board)")] + sets.map(DumpLine.sealed)
      + [DumpLine.sealed("apply \(sets.count) \(check.text)")]
  }

  private static func adding(_ line: String, to check: CRC16) -> CRC16 {
    var check = check
    for byte in line.utf8 { check.add(byte) }
    check.add(0x0A)
    return check
  }
}
