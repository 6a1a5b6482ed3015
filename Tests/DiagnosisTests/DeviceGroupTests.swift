// SPDX-License-Identifier: Apache-2.0
import Diagnosis
import Foundation
import Testing

@Suite("Who may open devices")
struct DeviceGroupTests {
  @Test("The file of udev rules is what the doctor proposes")
  func file() throws {
    let here = "\(#filePath)"
    let root = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let path = root.joined(separator: "/") + "/tools/systemd/60-umwelt.rules"
    let data = try #require(FileManager.default.contents(atPath: path))
    #expect(
      String(decoding: data, as: UTF8.self) == DeviceGroup.rulesFile,
      "run: umwelt doctor --udev-rules > tools/systemd/60-umwelt.rules")
  }

  @Test("Every rule gives one kind of device to one group, and to nobody else")
  func rules() {
    let rules = DeviceGroup.rulesFile.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(rules.count == 5)
    for rule in rules {
      #expect(rule.wholeMatch(of: /([A-Z]+=="[^"]+", )+GROUP="[a-z0-9]+", MODE="0660"/) != nil)
    }
  }
}
