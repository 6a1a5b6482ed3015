// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A folder of a test's own, gone with it.
package final class TestFolder {
  package let path: String

  package init() {
    var template = Array("/tmp/umwelt-guard-test-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary folder")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch { print("\(path) stays") }
  }

  package func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
