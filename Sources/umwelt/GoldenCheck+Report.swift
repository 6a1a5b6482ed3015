// SPDX-License-Identifier: Apache-2.0

extension GoldenCheck {
  var text: String {
    let head = [["", "least cosine", "allowed", "largest error", "allowed", ""]]
    return table(
      head
        + rows.map { row in
          [
            row.name, fixed(row.leastCosine, 7), ">= \(row.tolerance.cosine)",
            short(row.largestError), "<= \(short(row.tolerance.error * row.scale))",
            row.isFine ? "fine" : "WRONG"
          ]
        })
  }

  var lists: [(name: String, objects: [JSONObject])] { [("checks", rows.map(Self.object))] }

  private static func object(_ row: Row) -> JSONObject {
    var object = JSONObject()
    object.add("name", row.name)
    object.add("least_cosine", exactly: row.leastCosine)
    object.add("least_cosine_allowed", exactly: row.tolerance.cosine)
    object.add("max_abs_error", exactly: row.largestError)
    object.add("max_abs_error_allowed", exactly: row.tolerance.error * row.scale)
    object.add("fine", row.isFine)
    return object
  }
}
