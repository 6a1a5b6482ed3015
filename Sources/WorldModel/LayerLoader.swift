// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Makes layers from tensors whose shapes the metadata dictates, and knows which nobody asked for.
struct LayerLoader {
  private let file: Safetensors
  private let claims: Claims
  let precision: Precision
  let isa: ISA
  /// Where all storage is cut from; nil for a block each.
  let arena: Arena?

  /// Names of the tensors that were read.
  private final class Claims {
    var names: Set<String> = []
  }

  init(file: Safetensors, precision: Precision, isa: ISA, arena: Arena? = nil) {
    self.init(file: file, claims: Claims(), precision: precision, isa: isa, arena: arena)
  }

  private init(
    file: Safetensors, claims: Claims, precision: Precision, isa: ISA, arena: Arena?
  ) {
    (self.file, self.claims, self.precision) = (file, claims, precision)
    (self.isa, self.arena) = (isa, arena)
  }

  /// The same file for another part of the model.
  func at(_ precision: Precision) -> LayerLoader {
    LayerLoader(file: file, claims: claims, precision: precision, isa: isa, arena: arena)
  }

  /// `name.weight` is F32 or I8; int8 layers from floats are quantised here, those that are int8
  /// are packed from where they lie in the file.
  ///
  /// Shape: weight and remainder [outputs, inputs], scale and bias [outputs].
  func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) -> PackedLinear {
    guard precision == .int8, file.tensors["\(name).weight"]?.type == .i8 else {
      return packed(try parameters(name, inputs, outputs))
    }
    try checkSizes(name, inputs, outputs)
    claims.names.formUnion(["weight", "scale", "remainder"].map { "\(name).\($0)" })
    let weights = try file.int8s("\(name).weight", shape: [outputs, inputs])
    let scale = try file.scales("\(name).scale", shape: [outputs])
    if file.tensors["\(name).remainder"] != nil {  // not used, but not to be wrong either
      _ = try file.int8s("\(name).remainder", shape: [outputs, inputs])
    }
    return PackedLinear(
      weights: weights, scale: scale, bias: try floats("\(name).bias", shape: [outputs]),
      inputs: inputs, isa: isa, in: arena)
  }

  private func checkSizes(_ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) {
    let limit = MetadataFields.maximumSize
    guard max(inputs, outputs) <= limit else {
      throw ModelError(
        file.path, "\(name).weight",
        .metadata(
          field: "sizes", expected: "such that a layer has at most \(limit) inputs and outputs"))
    }
  }

  /// The same before it is packed. A layer that needs no bias has zeros where the file has none.
  func parameters(
    _ name: String, _ inputs: Int, _ outputs: Int, needsBias: Bool = true
  ) throws(ModelError) -> LayerParameters {
    try checkSizes(name, inputs, outputs)
    let weights = try file.layer(name, inputs: inputs, outputs: outputs)
    claims.names.insert("\(name).weight")
    if case .int8 = weights { claims.names.formUnion(["\(name).scale", "\(name).remainder"]) }
    let hasBias = needsBias || file.tensors["\(name).bias"] != nil
    return LayerParameters(
      inputs: inputs, weights: weights,
      bias: hasBias
        ? try floats("\(name).bias", shape: [outputs]) : [Float](repeating: 0, count: outputs))
  }

  /// Outputs of a layer whose size nothing dictates.
  func outputs(of name: String) throws(ModelError) -> Int {
    guard let weight = file.tensors["\(name).weight"] else {
      throw ModelError(file.path, "\(name).weight", .missingTensor)
    }
    return weight.shape.first ?? 0
  }

  /// The layer made ready for the kernels.
  func packed(_ layer: LayerParameters) -> PackedLinear {
    guard precision == .int8 else {
      return PackedLinear(
        floatWeights: layer.weights.floats, bias: layer.bias, inputs: layer.inputs, isa: isa,
        in: arena)
    }
    let quantised = layer.weights.quantised(inputs: layer.inputs)
    return quantised.weights.withUnsafeBufferPointer {
      PackedLinear(
        weights: $0, scale: quantised.scale, bias: layer.bias, inputs: layer.inputs, isa: isa,
        in: arena)
    }
  }

  /// Shape: gain and bias [width].
  func norm(
    _ name: String, _ width: Int, epsilon: Float = LayerNorm.usualEpsilon
  ) throws(ModelError) -> LayerNorm {
    LayerNorm(
      gain: try floats("\(name).gain", shape: [width]),
      bias: try floats("\(name).bias", shape: [width]), epsilon: epsilon, isa: isa,
      in: arena)
  }

  /// The attention of all blocks of one encoder.
  func attention(_ shape: TransformerShape) -> Attention {
    Attention(
      tokens: shape.tokens, heads: shape.heads, headWidth: shape.width / shape.heads,
      isFloat: precision == .float, isa: isa, in: arena)
  }

  /// Zeros for intermediate results.
  func storage(_ count: Int) -> FloatStorage { FloatStorage(count: count, in: arena) }

  /// Scratch for rows on their way into layers.
  func rows(_ rows: Int, width: Int) -> QuantisedRows {
    QuantisedRows(rows: rows, width: width, isa: isa, in: arena)
  }

  /// A copy of an F32 tensor, all values finite.
  func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
    claims.names.insert(name)
    return try file.floats(name, shape: shape)
  }

  /// An error of the whole file.
  func failure(_ problem: ModelError.Problem) -> ModelError { ModelError(file.path, nil, problem) }

  /// Refuses a file with tensors that nothing read: its metadata describes another model, perhaps
  /// one with fewer layers than were trained.
  func finish() throws(ModelError) {
    let unread = file.tensors.keys.filter { !claims.names.contains($0) }.sorted()
    if let name = unread.first { throw ModelError(file.path, name, .unusedTensor) }
  }
}
