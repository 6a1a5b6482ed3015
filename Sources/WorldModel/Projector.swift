// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Two linear layers with GELU between, as behind LeWorldModel's encoder and predictor.
final class Projector {
  private let first, second: PackedLinear
  private let hidden: FloatStorage
  private let scratch: QuantisedRows

  /// Reads `name`.0 and `name`.1; storage for `rows` rows.
  init(
    loader: LayerLoader, name: String, inputs: Int, hidden width: Int, outputs: Int, rows: Int
  ) throws(ModelError) {
    first = try loader.linear("\(name).0", inputs, width)
    second = try loader.linear("\(name).1", width, outputs)
    hidden = FloatStorage(count: rows * width)
    scratch = QuantisedRows(rows: rows, width: max(inputs, width), isa: loader.isa)
  }

  var storageBytes: Int {
    [first, second].storageBytes + hidden.bytes + scratch.storageBytes
  }

  /// Shape: input [rows, inputs], out [rows, outputs].
  func apply(rows: Int, _ input: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    first.apply(
      rows: rows, input: input, activation: .geluErf, output: hidden.pointer, scratch: scratch)
    second.apply(rows: rows, input: hidden.pointer, output: out, scratch: scratch)
  }
}
