// SPDX-License-Identifier: Apache-2.0
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The result of `umwelt model verify`.
struct VerifyReport {
  let path: String
  let tensors: Int
  /// Nil where there are no golden vectors.
  let golden: (path: String, check: any ModelCheck)?

  var isFine: Bool { golden?.check.isFine ?? true }

  /// Loads both precisions and compares; golden vectors that were asked for must be there.
  init(path: String, golden asked: String?, encoder: Precision) throws(ModelError) {
    self.path = path
    tensors = try Safetensors(path: path).tensors.count
    let beside = Self.folder(of: path) + "golden.safetensors"
    if let file = asked ?? (Self.exists(beside) ? beside : nil) {
      let vectors = try Safetensors(path: file)
      golden = (
        file,
        LeWorldModelGolden.isOne(vectors)
          ? try LeWorldModelCheck(model: path, golden: vectors, encoder: encoder)
          : try GoldenCheck(model: path, golden: vectors)
      )
    } else {
      _ = try WorldModel(path: path, precision: .int8, maximumRows: 1)
      _ = try WorldModel(path: path, precision: .float, maximumRows: 1)
      golden = nil
    }
  }

  /// For people.
  var text: String {
    let whole = "\(path): whole, \(tensors) tensors, format \(ModelInfo.format)"
    guard let golden else {
      return whole + "\n  no golden vectors next to it, so what it computes was not checked: "
        + "give --golden FILE, or make one with tools/train/golden.py or tools/export"
    }
    let verdict = isFine ? "fine" : golden.check.complaint
    return "\(whole)\n\(golden.path): \(golden.check.cases) cases\n\(golden.check.text)\n\(verdict)"
  }

  /// One JSON object.
  var json: String {
    var object = JSONObject()
    object.add("file", path)
    object.add("fine", isFine)
    object.add("tensors", tensors)
    object.add("golden", golden?.path)
    object.add("cases", golden?.check.cases ?? 0)
    if let golden {
      for list in golden.check.lists { object.add(list.name, list.objects) }
    } else {
      object.add("checks", [JSONObject]())
    }
    return object.text
  }

  /// With its slash; empty for a bare name.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
