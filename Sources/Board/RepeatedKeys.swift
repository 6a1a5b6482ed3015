// SPDX-License-Identifier: Apache-2.0

/// Lets a file with repeated keys be read to its end, so that its other mistakes show too.
///
/// The YAML parser stops at a mapping with a repeated key. The earlier key is therefore rewritten
/// with as many characters of Unicode's private use area, which moves no other column, and the
/// file is parsed again. `original` gives the key back.
enum RepeatedKeys {
  /// ASCII characters move up by this much in each round, so that three equal keys stay apart.
  private static let step: UInt32 = 0x80
  private static let base: UInt32 = 0xE000
  /// As many as the private use area of the basic plane has room for.
  static let roundLimit = 50

  /// The text with the key at a place disguised, or nil when it is no plain ASCII word.
  static func disguise(_ key: String, at place: Place, of text: String, round: Int) -> String? {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard !key.isEmpty, key.unicodeScalars.allSatisfy(\.isASCII),
      lines.indices.contains(place.line - 1)
    else { return nil }
    let line = lines[place.line - 1]
    guard
      let start = line.index(line.startIndex, offsetBy: place.column - 1, limitedBy: line.endIndex),
      line[start...].starts(with: key.unicodeScalars)
    else { return nil }
    let end = line.index(start, offsetBy: key.unicodeScalars.count)
    let shift = base + UInt32(round) * step
    var result = text.unicodeScalars
    result.replaceSubrange(
      start..<end, with: key.unicodeScalars.compactMap { Unicode.Scalar($0.value + shift) })
    return String(result)
  }

  /// The key that was disguised as this word, or nil for an ordinary word.
  static func original(of word: String) -> String? {
    let limit = base + UInt32(roundLimit) * step
    let scalars = word.unicodeScalars
    guard !scalars.isEmpty, scalars.allSatisfy({ (base..<limit).contains($0.value) }) else {
      return nil
    }
    var original = String.UnicodeScalarView()
    original.append(contentsOf: scalars.compactMap { Unicode.Scalar(($0.value - base) % step) })
    return String(original)
  }
}
