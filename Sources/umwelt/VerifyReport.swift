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
  let golden: (path: String, check: GoldenCheck)?

  var isFine: Bool { golden?.check.isFine ?? true }

  /// Loads both precisions and compares; golden vectors that were asked for must be there.
  init(path: String, golden asked: String?) throws(ModelError) {
    self.path = path
    tensors = try Safetensors(path: path).tensors.count
    let beside = Self.folder(of: path) + "golden.safetensors"
    if let file = asked ?? (Self.exists(beside) ? beside : nil) {
      golden = (file, try GoldenCheck(model: path, golden: Safetensors(path: file)))
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
        + "give --golden FILE, or make one with tools/train/golden.py"
    }
    var rows = [["", "least cosine", "allowed", "largest error", "allowed", ""]]
    for row in golden.check.rows {
      rows.append([
        row.name, fixed(row.leastCosine, 7), ">= \(row.tolerance.cosine)", short(row.largestError),
        "<= \(short(row.tolerance.error * row.scale))", row.isFine ? "fine" : "WRONG"
      ])
    }
    let verdict =
      isFine
      ? "fine"
      : "this file does not compute what its training computed: export it again, or report a bug "
        + "with the output of `umwelt model info`"
    return "\(whole)\n\(golden.path): \(golden.check.cases) cases\n\(table(rows))\n\(verdict)"
  }

  /// One JSON object.
  var json: String {
    var object = JSONObject()
    object.add("file", path)
    object.add("fine", isFine)
    object.add("tensors", tensors)
    object.add("golden", golden?.path)
    object.add("cases", golden?.check.cases ?? 0)
    object.add("checks", (golden?.check.rows ?? []).map(Self.object))
    return object.text
  }

  private static func object(_ row: GoldenCheck.Row) -> JSONObject {
    var object = JSONObject()
    object.add("name", row.name)
    object.add("least_cosine", exactly: row.leastCosine)
    object.add("least_cosine_allowed", exactly: row.tolerance.cosine)
    object.add("max_abs_error", exactly: row.largestError)
    object.add("max_abs_error_allowed", exactly: row.tolerance.error * row.scale)
    object.add("fine", row.isFine)
    return object
  }

  /// Enough digits to compare, in whichever notation is shorter.
  private func short(_ value: Double) -> String {
    value >= 0.001 || value == 0 ? fixed(value, 5) : "\(Float(value))"
  }

  /// With its slash; empty for a bare name.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
