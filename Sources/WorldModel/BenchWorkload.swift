// SPDX-License-Identifier: Apache-2.0
import Kernels

/// One of the workloads that engines are compared on (`tools/bench`): a network of made-up
/// weights with its inputs, run by the parts that world models are made of.
///
/// - W1: one linear layer, named W1_<rows>x<inputs>x<outputs>.
/// - W2, W3: vision transformers on 64 and 256 patches, one vector out.
/// - W4: a residual MLP predictor, candidates over 8 steps.
/// - W5: LeWorldModel's predictor, candidates over 5 steps, the window sliding at each.
public final class BenchWorkload {
  /// Its name, as in the folder.
  public let name: String
  private let network: any BenchNetwork

  /// Reads `folder`/umwelt.safetensors and `folder`/inputs.safetensors.
  ///
  /// Throws: `ModelError` when a file or a shape is not a workload's.
  public init(name: String, folder: String, precision: Precision, isa: ISA) throws(ModelError) {
    self.name = name
    let file = try Safetensors(path: "\(folder)/umwelt.safetensors")
    let inputs = try Safetensors(path: "\(folder)/inputs.safetensors")
    let loader = LayerLoader(file: file, precision: precision, isa: isa)
    network =
      switch name.prefix(2) {
      case "W1": try BenchLayer(loader: loader, inputs: inputs)
      case "W2": try BenchEncoder(loader: loader, inputs: inputs, blocks: 6)
      case "W3": try BenchEncoder(loader: loader, inputs: inputs, blocks: 12)
      case "W4": try BenchResidual(loader: loader, inputs: inputs)
      case "W5": try BenchPredictor(loader: loader, inputs: inputs)
      default: throw ModelError(folder, nil, .metadata(field: "name", expected: "W1... to W5"))
      }
    try loader.finish()
  }

  /// Computes it once; nothing is allocated.
  public func run() { network.run() }

  /// What the last run gave, and its shape.
  public var output: (shape: [Int], values: [Float]) {
    let storage = network.output
    return (network.shape, (0..<storage.count).map { storage.pointer[$0] })
  }
}

protocol BenchNetwork: AnyObject {
  var output: FloatStorage { get }
  var shape: [Int] { get }
  func run()
}

extension Safetensors {
  /// Input `index` of a workload, of any shape with so many axes.
  fileprivate func input(_ index: Int, axes: Int) throws(ModelError) -> (Tensor, FloatStorage) {
    let name = "in_\(index)"
    guard let found = tensors[name] else { throw ModelError(path, name, .missingTensor) }
    guard found.shape.count == axes, found.count > 0 else {
      throw ModelError(path, name, .wrongShape(found: found.shape, expected: []))
    }
    return (found, FloatStorage(try floats(name, shape: found.shape)))
  }
}

/// W1.
private final class BenchLayer: BenchNetwork {
  let shape: [Int]
  let output: FloatStorage
  private let layer: PackedLinear
  private let x: FloatStorage
  private let scratch: QuantisedRows

  init(loader: LayerLoader, inputs: Safetensors) throws(ModelError) {
    let (tensor, x) = try inputs.input(0, axes: 2)
    let (rows, width) = (tensor.shape[0], tensor.shape[1])
    let outputs = try loader.outputs(of: "linear")
    self.x = x
    layer = try loader.linear("linear", width, outputs)
    shape = [rows, outputs]
    output = FloatStorage(count: rows * outputs)
    scratch = QuantisedRows(rows: rows, width: width, isa: loader.isa)
  }

  func run() {
    layer.apply(rows: shape[0], input: x.pointer, output: output.pointer, scratch: scratch)
  }
}

/// W2 and W3.
private final class BenchEncoder: BenchNetwork {
  let shape: [Int]
  let output: FloatStorage
  private let encoder: VisionTransformer
  private let head: PackedLinear
  private let patches, features: FloatStorage
  private let scratch: QuantisedRows

  init(loader: LayerLoader, inputs: Safetensors, blocks: Int) throws(ModelError) {
    let (tensor, patches) = try inputs.input(0, axes: 3)
    let width = 192
    self.patches = patches
    encoder = try VisionTransformer(
      loader: loader, name: "encoder", patchValues: tensor.shape[2], blocks: blocks,
      shape: TransformerShape(
        tokens: tensor.shape[1] + 1, width: width, heads: 3, mlp: 4 * width, activation: .geluErf,
        epsilon: 1e-6))
    head = try loader.linear("encoder.head", width, width)
    features = FloatStorage(count: width)
    scratch = QuantisedRows(rows: 1, width: width, isa: loader.isa)
    shape = [1, width]
    output = FloatStorage(count: width)
  }

  func run() {
    encoder.apply(patches.pointer, into: features.pointer)
    head.apply(rows: 1, input: features.pointer, output: output.pointer, scratch: scratch)
  }
}

/// W4: z += l3(GELU(norm(l2(SiLU(norm(l1([z, a]))))))), step after step.
private final class BenchResidual: BenchNetwork {
  let shape: [Int]
  let output: FloatStorage
  private let layers: [PackedLinear]
  private let norms: [LayerNorm]
  private let start, actions, row, hidden, wide: FloatStorage
  private let steps, width, actionWidth: Int
  private let scratch: QuantisedRows

  init(loader: LayerLoader, inputs: Safetensors) throws(ModelError) {
    let (latents, actions) = (try inputs.input(0, axes: 2), try inputs.input(1, axes: 3))
    let rows = latents.0.shape[0]
    width = latents.0.shape[1]
    (steps, actionWidth) = (actions.0.shape[0], actions.0.shape[2])
    (start, self.actions) = (latents.1, actions.1)
    let inner = try loader.outputs(of: "l1")
    layers = [
      try loader.linear("l1", width + actionWidth, inner), try loader.linear("l2", inner, inner),
      try loader.linear("l3", inner, width)
    ]
    norms = [try loader.norm("n1", inner), try loader.norm("n2", inner)]
    row = FloatStorage(count: rows * (width + actionWidth))
    hidden = FloatStorage(count: rows * inner)
    wide = FloatStorage(count: rows * inner)
    scratch = QuantisedRows(
      rows: rows, width: max(width + actionWidth, inner), isa: loader.isa)
    shape = [rows, width]
    output = FloatStorage(count: rows * width)
  }

  func run() {
    let rows = shape[0]
    output.pointer.update(from: start.pointer, count: rows * width)
    for step in 0..<steps {
      let taken = actions.pointer + step * rows * actionWidth
      for index in 0..<rows {
        let to = row.pointer + index * (width + actionWidth)
        to.update(from: output.pointer + index * width, count: width)
        (to + width).update(from: taken + index * actionWidth, count: actionWidth)
      }
      layers[0].apply(rows: rows, input: row.pointer, output: hidden.pointer, scratch: scratch)
      norms[0].apply(
        rows: rows, input: hidden.pointer, activation: .silu, output: hidden.pointer)
      layers[1].apply(rows: rows, input: hidden.pointer, output: wide.pointer, scratch: scratch)
      norms[1].apply(rows: rows, input: wide.pointer, activation: .geluErf, output: wide.pointer)
      layers[2].apply(
        rows: rows, input: wide.pointer, residual: row.pointer, residualStride: width + actionWidth,
        output: output.pointer, scratch: scratch)
    }
  }
}

/// W5: in blocks of candidates, each through all its steps.
private final class BenchPredictor: BenchNetwork {
  let shape: [Int]
  let output: FloatStorage
  private let transformer: ConditionalTransformer
  private let start, embedded: FloatStorage
  private let window, silu, modulations, next: FloatStorage
  private let rows, history, steps: Int

  init(loader: LayerLoader, inputs: Safetensors) throws(ModelError) {
    let (latents, embedded) = (try inputs.input(0, axes: 3), try inputs.input(1, axes: 3))
    rows = latents.0.shape[0]
    history = latents.0.shape[1]
    let width = latents.0.shape[2]
    let actions = embedded.0.shape[1]
    steps = actions - history + 1
    (start, self.embedded) = (latents.1, embedded.1)
    transformer = try ConditionalTransformer(
      loader: loader, name: "predictor",
      shape: .init(
        width: width, blocks: 6, heads: 16, headWidth: 64, mlp: 2048, history: history),
      windows: min(rows, ConditionalTransformer.usualWindows))
    let block = transformer.windows
    window = FloatStorage(count: (history + steps) * block * width)
    silu = FloatStorage(count: block * width)
    modulations = FloatStorage(count: actions * block * transformer.shape.modulation)
    next = FloatStorage(count: block * width)
    shape = [rows, history, width]
    output = FloatStorage(count: rows * history * width)
  }

  func run() {
    for first in stride(from: 0, to: rows, by: transformer.windows) {
      roll(first: first, count: min(transformer.windows, rows - first))
    }
  }

  private func roll(first: Int, count: Int) {
    let width = transformer.shape.width
    let actions = history + steps - 1
    for token in 0..<actions {
      gather(embedded, token, of: actions, first: first, count: count, into: silu.pointer)
      transformer.modulate(
        rows: count, embedded: silu.pointer,
        into: modulations.pointer + token * count * transformer.shape.modulation)
    }
    for token in 0..<history {
      gather(
        start, token, of: history, first: first, count: count,
        into: window.pointer + token * count * width)
    }
    for step in 0..<steps {
      transformer.run(
        first: 0, tokens: history, windows: count, latents: window.pointer + step * count * width,
        modulations: modulations.pointer + step * count * transformer.shape.modulation,
        into: window.pointer + (history + step) * count * width)
    }
    for row in 0..<count {
      for token in 0..<history {
        (output.pointer + ((first + row) * history + token) * width).update(
          from: window.pointer + ((steps + token) * count + row) * width, count: width)
      }
    }
  }

  /// One token of `count` rows from row `first` on.
  private func gather(
    _ from: FloatStorage, _ token: Int, of tokens: Int, first: Int, count: Int,
    into to: UnsafeMutablePointer<Float>
  ) {
    let width = transformer.shape.width
    for row in 0..<count {
      (to + row * width).update(
        from: from.pointer + ((first + row) * tokens + token) * width, count: width)
    }
  }
}
