// SPDX-License-Identifier: Apache-2.0

/// What a model computes against golden vectors.
protocol ModelCheck {
  var isFine: Bool { get }
  /// Golden inputs.
  var cases: Int { get }
  /// For people.
  var text: String { get }
  /// Lists of the JSON report by name.
  var lists: [(name: String, objects: [JSONObject])] { get }
}

/// Enough digits to compare, in whichever notation is shorter.
func short(_ value: Double) -> String {
  value >= 0.001 || value == 0 ? fixed(value, 5) : "\(Float(value))"
}
