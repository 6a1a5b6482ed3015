// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Typed reading of one metadata object; every failure names the file and the field.
struct MetadataFields {
  let file: String
  /// Dotted path of the object, "" for the outermost.
  let place: String
  private let members: JSON

  /// No dimension of a model is near this; it keeps all products far from overflow.
  static let maximumSize = 65536

  init(_ value: JSON?, file: String, place: String) throws(ModelError) {
    guard let value, case .object = value else {
      throw ModelError(file, nil, .metadata(field: place, expected: "an object"))
    }
    self.file = file
    self.place = place
    members = value
  }

  func failure(_ name: String, _ expected: String) -> ModelError {
    let field = place.isEmpty ? name : "\(place).\(name)"
    return ModelError(file, nil, .metadata(field: field, expected: expected))
  }

  func object(_ name: String) throws(ModelError) -> MetadataFields {
    try MetadataFields(members[name], file: file, place: place.isEmpty ? name : "\(place).\(name)")
  }

  /// What `make` makes of the member object; nil when it is null or absent.
  func optional<Value>(
    _ name: String, _ make: (MetadataFields) throws(ModelError) -> Value
  ) throws(ModelError) -> Value? {
    guard let value = members[name], value != .null else { return nil }
    return try make(object(name))
  }

  /// Whether the member is there and not null.
  func has(_ name: String) -> Bool { members[name].map { $0 != .null } ?? false }

  func text(_ name: String) throws(ModelError) -> String {
    guard case .text(let text)? = members[name] else { throw failure(name, "a text") }
    return text
  }

  func size(_ name: String, from least: Int = 1) throws(ModelError) -> Int {
    guard let value = members[name]?.integer, (least...Self.maximumSize).contains(value) else {
      throw failure(name, "a whole number in \(least)...\(Self.maximumSize)")
    }
    return value
  }

  /// A whole number of any magnitude, at least 0.
  func count(_ name: String) throws(ModelError) -> Int {
    guard let value = members[name]?.integer, value >= 0 else {
      throw failure(name, "a whole number, at least 0")
    }
    return value
  }

  func number(_ name: String) throws(ModelError) -> Double {
    guard case .number(let value)? = members[name] else { throw failure(name, "a number") }
    return value
  }

  func float(_ name: String) throws(ModelError) -> Float {
    let value = Float(try number(name))
    guard value.isFinite else { throw failure(name, "a number a Float can hold") }
    return value
  }

  func scale(_ name: String) throws(ModelError) -> Float {
    let value = try float(name)
    guard value > 0 else { throw failure(name, "more than 0") }
    return value
  }

  func scales(_ name: String, count: Int) throws(ModelError) -> [Float] {
    let values = try floats(name, count: count)
    guard values.allSatisfy({ $0 > 0 }) else { throw failure(name, "more than 0") }
    return values
  }

  func texts(_ name: String) throws(ModelError) -> [String] {
    guard case .list(let values)? = members[name] else { throw failure(name, "a list of texts") }
    var result: [String] = []
    for value in values {
      guard case .text(let text) = value else { throw failure(name, "a list of texts") }
      result.append(text)
    }
    return result
  }

  func floats(_ name: String, count: Int) throws(ModelError) -> [Float] {
    let expected = "a list of \(count) numbers"
    guard case .list(let values)? = members[name], values.count == count else {
      throw failure(name, expected)
    }
    var result: [Float] = []
    for value in values {
      guard case .number(let number) = value, Float(number).isFinite else {
        throw failure(name, expected)
      }
      result.append(Float(number))
    }
    return result
  }
}
