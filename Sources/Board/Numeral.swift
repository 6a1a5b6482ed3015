// SPDX-License-Identifier: Apache-2.0

/// How numbers are written in a board file.
enum Numeral {
  /// Splits "0.3 s" in its number and what follows, without the spaces; nil without a number.
  ///
  /// Neither "nan" nor "inf" is a number here: a board has no use for them.
  static func split(_ text: String) -> (number: Double, unit: String)? {
    var end = text.startIndex
    while end < text.endIndex, belongs(text, at: end) { end = text.index(after: end) }
    guard let number = Double(text[..<end]), number.isFinite else { return nil }
    return (number, String(text[end...].drop { $0 == " " }))
  }

  /// A whole number, decimal or `0x` and hexadecimal digits.
  static func whole(_ text: String) -> Int? {
    text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
  }

  /// An I2C address that a chip may have.
  static func address(_ text: String) -> UInt8? {
    whole(text).flatMap(UInt8.init(exactly:)).flatMap { (0x08...0x77).contains($0) ? $0 : nil }
  }

  /// An `e` is an exponent only where digits follow.
  private static func belongs(_ text: String, at index: String.Index) -> Bool {
    let character = text[index]
    if character.isASCII, character.isNumber || ".+-".contains(character) { return true }
    guard character == "e" || character == "E", index > text.startIndex else { return false }
    let rest = text[text.index(after: index)...]
    return (rest.first == "-" || rest.first == "+" ? rest.dropFirst() : rest).first?.isNumber
      == true
  }
}
