// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Three linear layers with GELU between: the window encoder and the goal distance head.
final class ThreeLayers {
  let inputs, outputs: Int
  private let layers: [PackedLinear]
  private let first, second: FloatStorage
  private let scratch: QuantisedRows

  /// Reads `name`.0 ... `name`.2; storage for `rows` rows.
  init(
    loader: LayerLoader, name: String, inputs: Int, hidden: Int, outputs: Int, rows: Int
  ) throws(ModelError) {
    self.inputs = inputs
    self.outputs = outputs
    layers = [
      try loader.linear("\(name).0", inputs, hidden),
      try loader.linear("\(name).1", hidden, hidden),
      try loader.linear("\(name).2", hidden, outputs)
    ]
    first = loader.storage(rows * hidden)
    second = loader.storage(rows * hidden)
    scratch = loader.rows(rows, width: max(inputs, hidden))
  }

  /// The same layers with storage of its own for `rows` rows, for another thread.
  init(sharing other: ThreeLayers, rows: Int) {
    (inputs, outputs, layers) = (other.inputs, other.outputs, other.layers)
    let hidden = layers[0].outputs
    first = FloatStorage(count: rows * hidden)
    second = FloatStorage(count: rows * hidden)
    scratch = QuantisedRows(rows: rows, width: max(inputs, hidden), isa: other.scratch.isa)
  }

  var storageBytes: Int {
    layers.storageBytes + [first, second].storageBytes + scratch.storageBytes
  }

  /// Shape: input [rows, inputs], out [rows, outputs].
  func apply(rows: Int, _ input: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    layers[0].apply(
      rows: rows, input: input, activation: .geluTanh, output: first.pointer, scratch: scratch)
    layers[1].apply(
      rows: rows, input: first.pointer, activation: .geluTanh, output: second.pointer,
      scratch: scratch)
    layers[2].apply(rows: rows, input: second.pointer, output: out, scratch: scratch)
  }
}
