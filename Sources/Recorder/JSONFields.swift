// SPDX-License-Identifier: Apache-2.0
import Codecs

/// The numbers, flags (1 or 0) and texts of a message, each by its way there: `gyro_rad_s.x`,
/// `set_points.0`.
public struct JSONFields: Equatable, Sendable {
  public private(set) var numbers: [String: Double] = [:]
  public private(set) var texts: [String: String] = [:]

  /// Nil when it is not JSON, or more deeply nested than any message of ours.
  public init?(_ bytes: [UInt8]) {
    guard let value = JSON(bytes, depthLimit: 15) else { return nil }
    add(value, at: "")
  }

  private mutating func add(_ value: JSON, at path: String) {
    func way(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
    switch value {
    case .null: break
    case .flag(let flag): numbers[path] = flag ? 1 : 0
    case .number(let number): numbers[path] = number
    case .text(let text): texts[path] = text
    case .list(let values):
      for (index, value) in values.enumerated() { add(value, at: way("\(index)")) }
    case .object(let members):
      for member in members { add(member.value, at: way(member.key)) }
    }
  }
}
