// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Two linear layers with GELU between, as behind LeWorldModel's encoder and predictor.
///
/// Its hidden features differ a lot in size (a batch norm is folded in), which one scale a row
/// serves badly. In int8 each is therefore divided by a factor that the second layer's weights take
/// over: s = sqrt(max|h| / max|w|), with max|h| told from the first layer's weights alone.
/// Source: Xiao et al., "SmoothQuant" (2023), equation 4 with alpha 1/2.
final class Projector {
  private let first, second: PackedLinear
  private let hidden: FloatStorage
  /// 1 / s of each hidden feature; nil in float, which needs none.
  private let factors: FloatStorage?
  private let scratch: QuantisedRows

  /// Reads `name`.0 and `name`.1; storage for `rows` rows.
  init(
    loader: LayerLoader, name: String, inputs: Int, hidden width: Int, outputs: Int, rows: Int
  ) throws(ModelError) {
    let layers = (
      try loader.parameters("\(name).0", inputs, width),
      try loader.parameters("\(name).1", width, outputs)
    )
    first = loader.packed(layers.0)
    if loader.precision == .int8 {
      let balance = Self.balance(layers.0, layers.1)
      second = loader.packed(layers.1.scaled(inputs: balance))
      factors = FloatStorage(balance.map { 1 / $0 }, in: loader.arena)
    } else {
      (second, factors) = (loader.packed(layers.1), nil)
    }
    hidden = loader.storage(rows * width)
    scratch = loader.rows(rows, width: max(inputs, width))
  }

  /// The same layers with storage of its own for `rows` rows, for another thread.
  init(sharing other: Projector, rows: Int) {
    (first, second, factors) = (other.first, other.second, other.factors)
    hidden = FloatStorage(count: rows * first.outputs)
    scratch = QuantisedRows(
      rows: rows, width: max(first.inputs, first.outputs), isa: other.scratch.isa)
  }

  /// Whether the layer of that name is balanced, so that its weights must stay floats in a file: to
  /// round them twice would lose what balancing wins.
  static func isBalanced(_ layer: String) -> Bool { layer.hasSuffix("projector.1") }

  /// Inputs come from a layer norm and so are of size 1: three deviations are rarely passed.
  private static func balance(_ first: LayerParameters, _ second: LayerParameters) -> [Float] {
    let norms = first.weights.rowNorms(width: first.inputs)
    let sizes = zip(norms, first.bias).map { 3 * $0 + $1 }
    // A feature that GELU nearly always silences counts as a small one.
    let least = max(0.05 * (sizes.max() ?? 0), .leastNormalMagnitude)
    return zip(sizes, second.weights.columnPeaks(width: second.inputs)).map { size, peak in
      peak > 0 ? (max(size, least) / peak).squareRoot() : 1
    }
  }

  var storageBytes: Int {
    [first, second].storageBytes + hidden.bytes + (factors?.bytes ?? 0) + scratch.storageBytes
  }

  /// Shape: input [rows, inputs], out [rows, outputs].
  func apply(rows: Int, _ input: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    first.apply(
      rows: rows, input: input, activation: .geluErf,
      gate: factors.map { UnsafePointer($0.pointer) }, gateStride: 0, output: hidden.pointer,
      scratch: scratch)
    second.apply(rows: rows, input: hidden.pointer, output: out, scratch: scratch)
  }
}

extension LayerParameters {
  /// The layer that does with x / factors what this one does with x.
  fileprivate func scaled(inputs factors: [Float]) -> LayerParameters {
    precondition(factors.count == inputs)
    var scaled = weights.floats
    for index in scaled.indices { scaled[index] *= factors[index % inputs] }
    return LayerParameters(inputs: inputs, weights: .float(scaled), bias: bias)
  }
}

extension LayerWeights {
  /// ||w|| of each output.
  fileprivate func rowNorms(width: Int) -> [Float] {
    let values = floats
    return stride(from: 0, to: values.count, by: width).map { start in
      values[start..<start + width].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  /// max|w| of each input.
  fileprivate func columnPeaks(width: Int) -> [Float] {
    var peaks = [Float](repeating: 0, count: width)
    for (index, value) in floats.enumerated() {
      peaks[index % width] = max(peaks[index % width], abs(value))
    }
    return peaks
  }
}

extension Safetensors {
  /// Whether quantising a file leaves this layer's weights floats.
  public static func keepsFloats(layer: String) -> Bool { Projector.isBalanced(layer) }
}
