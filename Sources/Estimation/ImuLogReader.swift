// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Walks the bytes of a log once; `ImuLog` says what they mean.
struct ImuLogReader {
  private static let needed = [
    "t_s", "gx_rad_s", "gy_rad_s", "gz_rad_s", "ax_m_s2", "ay_m_s2", "az_m_s2"
  ]
  private static let magnetometer = ["mx_uT", "my_uT", "mz_uT"]
  private static let reference = ["ref_w", "ref_x", "ref_y", "ref_z"]
  private static let movement = ["movement"]

  private let bytes: [UInt8]
  private var position = 0
  private var line = 0
  private var names: [String] = []
  /// Per field of a row, which of `values` it fills; -1 for none.
  private var slots: [Int] = []
  private var values: [Double] = []
  private var hasMagnetometer = false
  private var hasReference = false

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func readAll() throws(ImuLogError) -> [ImuLog.Sample] {
    // A byte order mark is what some spreadsheets put first.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    guard let header = nextLine() else { throw .empty }
    try readHeader(header)
    var samples: [ImuLog.Sample] = []
    // A row is rarely shorter than this many bytes; the guess saves most growing.
    samples.reserveCapacity(bytes.count / 100)
    var previous = -Double.infinity
    while let row = nextLine() {
      if row.isEmpty { continue }
      let sample = try readRow(row)
      guard sample.timeS >= previous else {
        throw .timeBackwards(line: line, previousS: previous, timeS: sample.timeS)
      }
      previous = sample.timeS
      samples.append(sample)
    }
    if samples.isEmpty { throw .empty }
    return samples
  }

  /// The next line's range without its end (\n or \r\n); nil at the end.
  private mutating func nextLine() -> Range<Int>? {
    guard position < bytes.count else { return nil }
    line += 1
    let start = position
    while position < bytes.count && bytes[position] != UInt8(ascii: "\n") { position += 1 }
    var end = position
    position += 1
    if end > start && bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  private mutating func readHeader(_ row: Range<Int>) throws(ImuLogError) {
    names = bytes[row].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { trimmed(String(decoding: $0, as: UTF8.self)) }
    hasMagnetometer = !names.allSatisfy { !Self.magnetometer.contains($0) }
    hasReference = !names.allSatisfy { !Self.reference.contains($0) }
    let optional =
      (hasMagnetometer ? Self.magnetometer : []) + (hasReference ? Self.reference : [])
    for name in Self.needed + optional where !names.contains(name) {
      throw .missingColumn(name: name)
    }
    let known = Self.needed + Self.magnetometer + Self.reference + Self.movement
    for name in known where names.filter({ $0 == name }).count > 1 {
      throw .repeatedColumn(name: name)
    }
    slots = names.map { known.firstIndex(of: $0) ?? -1 }
    values = [Double](repeating: .nan, count: known.count)
    values[known.count - 1] = 1
  }

  private mutating func readRow(_ row: Range<Int>) throws(ImuLogError) -> ImuLog.Sample {
    var field = 0
    var start = row.lowerBound
    for end in row.lowerBound...row.upperBound
    where end == row.upperBound || bytes[end] == UInt8(ascii: ",") {
      if field < slots.count && slots[field] >= 0 {
        values[slots[field]] = try number(start..<end, field: field)
      }
      field += 1
      start = end + 1
    }
    guard field == slots.count else {
      throw .fieldCount(line: line, expected: slots.count, found: field)
    }
    return sample()
  }

  private func number(_ range: Range<Int>, field: Int) throws(ImuLogError) -> Double {
    // The first columns must be there in every row; the optional ones may be empty or nan.
    let isNeeded = slots[field] < Self.needed.count
    if range.isEmpty && !isNeeded { return .nan }
    guard let value = decimal(bytes, range), value.isFinite || (!isNeeded && value.isNaN) else {
      let text = trimmed(String(decoding: bytes[range].prefix(40), as: UTF8.self))
      throw .badNumber(line: line, column: names[field], text: text)
    }
    return value
  }

  private func sample() -> ImuLog.Sample {
    let field = Vector3(values[7], values[8], values[9])
    let reference = Quaternion(w: values[10], x: values[11], y: values[12], z: values[13])
    return ImuLog.Sample(
      timeS: values[0], gyroRadS: Vector3(values[1], values[2], values[3]),
      accelMS2: Vector3(values[4], values[5], values[6]),
      magnetometerUT: hasMagnetometer && field.isFinite ? field : nil,
      referenceBodyToEarth: hasReference && reference.norm.isFinite && reference.norm > 0
        ? reference.normalized : nil,
      isMoving: values[14] == 1)
  }

  private func trimmed(_ text: String) -> String {
    var slice = text[...]
    while let c = slice.first, c == " " || c == "\t" { slice.removeFirst() }
    while let c = slice.last, c == " " || c == "\t" { slice.removeLast() }
    return String(slice)
  }
}
