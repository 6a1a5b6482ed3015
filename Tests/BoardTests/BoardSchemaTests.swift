// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Foundation
import Testing

@Suite struct BoardSchemaTests {
  private typealias Object = [String: Any]

  private func schema() throws -> Object {
    let data = Data(BoardDescription.jsonSchema().utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? Object)
  }

  private func properties(_ schema: Object) throws -> Object {
    try #require(schema["properties"] as? Object)
  }

  @Test func theSchemaRequiresWhatTheReaderRequires() throws {
    let whole = try #require(try schema()["then"] as? Object)
    let required = try #require(whole["required"] as? [String])
    for key in required {
      let lines = Fixture.text.split(separator: "\n")
      let start = try #require(lines.firstIndex { $0.hasPrefix(key + ":") })
      let end = lines[(start + 1)...].firstIndex { !$0.hasPrefix(" ") } ?? lines.endIndex
      let rest = (lines[..<start] + lines[end...]).joined(separator: "\n")
      #expect(problems(rest).contains { $0.kind == .missingKey && $0.what.contains("'\(key)'") })
    }
    #expect(required.count == 8)
  }

  @Test func theSchemaKnowsRangesChoicesAndUnits() throws {
    let top = try properties(schema())
    let imu = try properties(try #require(top["imu"] as? Object))
    #expect((imu["chip"] as? Object)?["enum"] as? [String] == InertialChip.allCases.map(\.rawValue))
    #expect((imu["address"] as? Object)?["maximum"] as? Int == 0x77)
    #expect(
      (imu["axes"] as? Object)?["maxItems"] as? Int == 3)
    let rate = try #require((imu["rate"] as? Object)?["pattern"] as? String)
    #expect("100 Hz".range(of: rate, options: .regularExpression) != nil)
    #expect("100 s".range(of: rate, options: .regularExpression) == nil)
    let planner = try properties(try #require(top["planner"] as? Object))
    #expect((planner["noise"] as? Object)?["default"] as? Double == 0.7)
  }

  @Test func noKeyLacksAnExplanation() throws {
    func check(_ schema: Object) throws {
      for (name, value) in schema["properties"] as? Object ?? [:] {
        let field = try #require(value as? Object)
        #expect((field["description"] as? String)?.hasSuffix(".") == true, "\(name)")
        try check(field)
        for part in ["items", "additionalProperties"] {
          if let inner = field[part] as? Object { try check(inner) }
        }
      }
    }
    try check(schema())
  }
}
