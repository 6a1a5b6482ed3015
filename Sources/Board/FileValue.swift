// SPDX-License-Identifier: Apache-2.0

/// A validated value of a board file, before it has a Swift type.
///
/// Units: quantities are in SI.
enum FileValue: Sendable {
  case text(String)
  case flag(Bool)
  case whole(Int)
  case number(Double)
  case interval(ClosedRange<Double>)
  case list([Located<FileValue>])
  case map([Named])
  case section(Section)

  /// An entry of a map: a name of the file's own choosing, and its value.
  struct Named: Sendable {
    var name: Located<String>
    var value: Located<FileValue>
  }

  var text: String? { if case .text(let value) = self { value } else { nil } }
  var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
  var whole: Int? { if case .whole(let value) = self { value } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var interval: ClosedRange<Double>? { if case .interval(let value) = self { value } else { nil } }
  var list: [Located<FileValue>]? { if case .list(let value) = self { value } else { nil } }
  var map: [Named]? { if case .map(let value) = self { value } else { nil } }
  var section: Section? { if case .section(let value) = self { value } else { nil } }
}

/// A value and where it stands.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var place: Place

  func map<Other>(_ change: (Value) -> Other?) -> Located<Other>? {
    change(value).map { Located<Other>(value: $0, place: place) }
  }
}
