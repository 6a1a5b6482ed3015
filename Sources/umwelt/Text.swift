// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A number with a fixed count of decimals; "-" when it is not finite.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "-" }
  let scale = pow(10, Double(decimals))
  let units = Int64((abs(value) * scale).rounded())
  let whole = units / Int64(scale)
  let sign = value < 0 && units != 0 ? "-" : ""
  guard decimals > 0 else { return "\(sign)\(whole)" }
  let fraction = String(units % Int64(scale))
  return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

extension String {
  /// Filled with spaces on the right.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

/// A JSON object on one line, keys in the order they were added.
struct JSONObject {
  private var members: [String] = []

  mutating func add(_ key: String, _ value: String?) {
    put(key, value.map(Self.quoted) ?? "null")
  }
  mutating func add(_ key: String, _ value: some BinaryInteger) { put(key, "\(value)") }
  mutating func add(_ key: String, _ value: Bool) { put(key, "\(value)") }
  mutating func add(_ key: String, _ value: Double, decimals: Int) {
    put(key, value.isFinite ? fixed(value, decimals) : "null")
  }
  mutating func add(_ key: String, _ values: [Double], decimals: Int) {
    put(key, "[" + values.map { fixed($0, decimals) }.joined(separator: ", ") + "]")
  }

  /// As many digits as the number needs; for what may be very small.
  mutating func add(_ key: String, exactly value: Double) {
    put(key, value.isFinite ? "\(value)" : "null")
  }
  mutating func add(_ key: String, exactly values: [Float]) {
    put(key, Self.list(values.map { $0.isFinite ? "\($0)" : "null" }))
  }
  mutating func add(_ key: String, _ values: [String]) {
    put(key, Self.list(values.map(Self.quoted)))
  }
  mutating func add(_ key: String, _ value: JSONObject?) { put(key, value?.text ?? "null") }
  mutating func add(_ key: String, _ values: [JSONObject]) {
    put(key, Self.list(values.map(\.text)))
  }

  var text: String { "{" + members.joined(separator: ", ") + "}" }

  private mutating func put(_ key: String, _ value: String) {
    members.append("\(Self.quoted(key)): \(value)")
  }

  private static func list(_ items: [String]) -> String {
    "[" + items.joined(separator: ", ") + "]"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Rows as text, columns aligned to the left and two spaces apart; none at the end.
func table(_ rows: [[String]], indent: String = "  ") -> String {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in
    rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    let last = row.count - 1
    let cells = row.enumerated().map { $0 == last ? $1 : $1.padded(to: widths[$0]) }
    let line = indent + cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }.joined(separator: "\n")
}

/// CPU time of this thread in milliseconds: other processes do not count.
func threadTimeMs() -> Double { timeMs(CLOCK_THREAD_CPUTIME_ID) }

/// What a clock of the system shows, in milliseconds.
func timeMs(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
}

/// One line on standard error.
func complain(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  // SAFETY: `bytes` outlives the call. A failed write to standard error has nowhere to be reported.
  bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Ends the process at once with an exit code; 1 instead of 0 where what was printed is lost.
func quit(_ code: Int32) -> Never {
  if Terminal.hasLostOutput {
    complain("umwelt: standard output: not all of it was written. Check the disk it goes to.")
    exit(code == 0 ? 1 : code)
  }
  exit(code)
}
