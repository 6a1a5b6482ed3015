// SPDX-License-Identifier: Apache-2.0

/// What a model computes against golden vectors.
protocol ModelCheck {
  var isFine: Bool { get }
  /// Golden inputs.
  var cases: Int { get }
  /// For people.
  var text: String { get }
  /// What is wrong and what to do, where something is.
  var complaint: String { get }
  /// Lists of the JSON report by name.
  var lists: [(name: String, objects: [JSONObject])] { get }
}

extension ModelCheck {
  var complaint: String {
    "this file does not compute what its training computed: export it again, or report a bug "
      + "with the output of `umwelt model info`"
  }
}

/// Enough digits to compare, in whichever notation is shorter.
func short(_ value: Double) -> String {
  value >= 0.001 || value == 0 ? fixed(value, 5) : "\(Float(value))"
}
