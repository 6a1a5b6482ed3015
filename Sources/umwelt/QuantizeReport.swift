// SPDX-License-Identifier: Apache-2.0
import Kernels
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The result of `umwelt model quantize`.
struct QuantizeReport {
  /// One linear layer.
  struct Layer {
    let name: String
    let inputs, outputs: Int
    /// The largest ||w - int8(w)|| / ||w|| of any output.
    let worstError: Double
  }

  let input, output: String
  let keepsRemainder: Bool
  let inputBytes, outputBytes: Int
  let layers: [Layer]

  /// Checks the whole input, then writes the output.
  init(input: String, output: String, keepsRemainder: Bool) throws {
    for path in [output, output + ".partial"] where Self.isSame(input, path) {
      throw ModelUseError.sameFile(input: input, output: path)
    }
    let file = try Safetensors(path: input)
    _ = try WorldModel(file: file, precision: .float, maximumRows: 1, isa: .reference)
    let names = Self.layers(of: file)
    let writer = try SafetensorsWriter(
      path: output, tensors: Self.declarations(file, names, keepsRemainder: keepsRemainder),
      metadata: file.metadata)
    layers = try Self.write(file, names, keepsRemainder: keepsRemainder, to: writer)
    try writer.finish()
    (self.input, self.output, self.keepsRemainder) = (input, output, keepsRemainder)
    inputBytes = file.byteCount
    outputBytes = try Safetensors(path: output).byteCount
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    // SAFETY: both outlive the calls, which fill them.
    guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Names of the linear layers: their weights have two axes, those of norms are called gains.
  /// Those that stay floats are not among them.
  private static func layers(of file: Safetensors) -> [String] {
    file.tensors.values.filter {
      $0.name.hasSuffix(".weight") && $0.shape.count == 2 && [.i8, .f32].contains($0.type)
    }.map { String($0.name.dropLast(".weight".count)) }
      .filter { !Safetensors.keepsFloats(layer: $0) }.sorted()
  }

  private static func rewritten(_ layers: [String]) -> Set<String> {
    Set(layers.flatMap { ["\($0).weight", "\($0).scale", "\($0).remainder"] })
  }

  private static func declarations(
    _ file: Safetensors, _ layers: [String], keepsRemainder: Bool
  ) -> [SafetensorsWriter.Declaration] {
    let rewritten = rewritten(layers)
    var tensors: [SafetensorsWriter.Declaration] = file.tensors.values
      .filter { !rewritten.contains($0.name) }.sorted { $0.name < $1.name }
      .map { .init($0.name, $0.type, shape: $0.shape) }
    for layer in layers {
      guard let weight = file.tensors["\(layer).weight"] else { continue }
      tensors += [
        .init("\(layer).weight", .i8, shape: weight.shape),
        .init("\(layer).scale", .f32, shape: [weight.shape[0]])
      ]
      if keepsRemainder, weight.type == .f32 || file.tensors["\(layer).remainder"] != nil {
        tensors.append(.init("\(layer).remainder", .i8, shape: weight.shape))
      }
    }
    return tensors
  }

  private static func write(
    _ file: Safetensors, _ names: [String], keepsRemainder: Bool, to writer: SafetensorsWriter
  ) throws -> [Layer] {
    let rewritten = rewritten(names)
    for tensor in file.tensors.values where !rewritten.contains(tensor.name) {
      try writer.write(tensor.name, at: 0, file.bytes(of: tensor))
    }
    var layers: [Layer] = []
    for name in names {
      guard let shape = file.tensors["\(name).weight"]?.shape else { continue }
      let weights = try file.layer(name, inputs: shape[1], outputs: shape[0])
      let (floats, quantised) = (weights.floats, weights.quantised(inputs: shape[1]))
      try writer.write("\(name).weight", at: 0, int8s: quantised.weights)
      try writer.write("\(name).scale", at: 0, quantised.scale)
      switch weights {
      case .float where keepsRemainder:
        try writer.write("\(name).remainder", at: 0, int8s: quantised.remainder(of: floats))
      case .int8(_, let remainder?) where keepsRemainder:
        try writer.write("\(name).remainder", at: 0, int8s: remainder)
      default: break
      }
      layers.append(
        Layer(
          name: name, inputs: shape[1], outputs: shape[0],
          worstError: quantised.worstRelativeError(to: floats)))
    }
    return layers
  }
}

extension QuantizeReport {
  private var worst: Layer? { layers.max { $0.worstError < $1.worstError } }

  /// For people.
  var text: String {
    let rows = layers.map { layer in
      [
        layer.name, "\(layer.inputs) -> \(layer.outputs)",
        "\(fixed(100 * layer.worstError, 3)) %"
      ]
    }
    let kept = keepsRemainder ? ", remainders kept" : ""
    return "\(input), \(inputBytes / 1000) kB -> \(output), \(outputBytes / 1000) kB\(kept)\n"
      + table([["layer", "size", "worst relative error of an output"]] + rows)
      + (worst.map { "\nworst: \($0.name), \(fixed(100 * $0.worstError, 3)) %" } ?? "")
  }

  /// One JSON object.
  var json: String {
    var object = JSONObject()
    object.add("input", input)
    object.add("output", output)
    object.add("input_bytes", inputBytes)
    object.add("output_bytes", outputBytes)
    object.add("remainder", keepsRemainder)
    object.add("worst_layer", worst?.name)
    object.add("worst_relative_error", worst?.worstError ?? 0, decimals: 8)
    object.add(
      "layers",
      layers.map { layer in
        var part = JSONObject()
        part.add("name", layer.name)
        part.add("inputs", layer.inputs)
        part.add("outputs", layer.outputs)
        part.add("worst_relative_error", layer.worstError, decimals: 8)
        return part
      })
    return object.text
  }
}
