// SPDX-License-Identifier: Apache-2.0
import Kernels
import Testing

@Suite struct PackedLinearTests {
  private struct Layer {
    let inputs, outputs: Int
    let weights: [Int8]
    let scale, bias: [Float]

    init(_ inputs: Int, _ outputs: Int, _ kind: KernelCase.Kind, _ source: inout KernelCase) {
      self.inputs = inputs
      self.outputs = outputs
      weights = source.weights(inputs * outputs, kind)
      scale = source.floats(outputs, .random).map { abs($0) * 0.01 }
      bias = source.floats(outputs, .random)
    }

    func apply(_ x: [Float], rows: Int, gelu: Bool, residual: [Float]?, isa: ISA) -> [Float] {
      let layer = weights.withUnsafeBufferPointer {
        PackedLinear(weights: $0, scale: scale, bias: bias, inputs: inputs, isa: isa)
      }
      var y = residual ?? [Float](repeating: .nan, count: rows * outputs)
      let scratch = QuantisedRows(rows: max(rows, 1), width: inputs, isa: isa)
      y.withUnsafeMutableBufferPointer { out in
        guard let start = out.baseAddress else { return }
        x.withUnsafeBufferPointer { input in
          guard let from = input.baseAddress else { return }
          layer.apply(
            rows: rows, input: from, activation: gelu ? .gelu : .none,
            residual: residual == nil ? nil : UnsafePointer(start), output: start,
            scratch: scratch)
        }
      }
      return y
    }

    /// The definition again, in the test's own words and doubles where exactness allows.
    func expected(_ x: [Float], rows: Int) -> [Float] {
      var y: [Float] = []
      for row in 0..<rows {
        let values = x[row * inputs..<(row + 1) * inputs]
        let s = values.map(abs).max().map { $0 / 127 } ?? 0
        let q = values.map { value -> Int in
          guard s > 0 else { return 0 }
          return Int(min(max((value / s).rounded(.toNearestOrEven), -127), 127))
        }
        for output in 0..<outputs {
          var sum = 0
          for input in 0..<inputs { sum += q[input] * Int(weights[output * inputs + input]) }
          y.append(Float(sum) * (s * scale[output]) + bias[output])
        }
      }
      return y
    }
  }

  @Test("reference int8 layer is the format's definition", arguments: KernelCase.Kind.allCases)
  func referenceInt8LayerIsTheFormatsDefinition(kind: KernelCase.Kind) {
    var source = KernelCase(stream: "definition \(kind)")
    let layer = Layer(37, 19, kind, &source)
    let x = source.floats(5 * 37, kind)
    let y = layer.apply(x, rows: 5, gelu: false, residual: nil, isa: .reference)
    #expect(bits(y) == bits(layer.expected(x, rows: 5)), "seed \(KernelCase.seed)")
  }

  @Test("every instruction set gives the reference's bits at every tile edge", arguments: fastISAs)
  func everyInstructionSetGivesTheReferencesBitsAtEveryTileEdge(isa: ISA) throws {
    // Rows around two blocks of 8, outputs around two tiles of 48, inputs around two steps of 16.
    let rowCounts = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17]
    let inputCounts = [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33]
    let outputCounts = [1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97]
    var source = KernelCase(stream: "edges")
    for inputs in inputCounts {
      for outputs in outputCounts {
        let layer = Layer(inputs, outputs, .random, &source)
        for rows in rowCounts {
          try compare(layer, rows: rows, kind: .random, gelu: rows % 2 == 1, isa: isa, &source)
        }
      }
    }
  }

  @Test("extreme inputs give the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func extremeInputsGiveTheReferencesBits(isa: ISA, kind: KernelCase.Kind) throws {
    var source = KernelCase(stream: "extremes \(kind)")
    for inputs in [88, 384, 513] {
      let layer = Layer(inputs, 50, kind, &source)
      for gelu in [false, true] {
        try compare(layer, rows: 9, kind: kind, gelu: gelu, isa: isa, &source)
      }
    }
  }

  private func compare(
    _ layer: Layer, rows: Int, kind: KernelCase.Kind, gelu: Bool, isa: ISA,
    _ source: inout KernelCase
  ) throws {
    let x = source.floats(rows * layer.inputs, kind)
    let past = source.floats(rows * layer.outputs, .random)
    for residual in [nil, past] {
      let fast = layer.apply(x, rows: rows, gelu: gelu, residual: residual, isa: isa)
      let slow = layer.apply(x, rows: rows, gelu: gelu, residual: residual, isa: .reference)
      try #require(
        bits(fast) == bits(slow),
        "\(isa) \(rows)x\(layer.inputs)x\(layer.outputs) \(kind), seed \(KernelCase.seed)")
    }
  }

  @Test("a float layer adds bias, activation and residual to the product")
  func aFloatLayerAddsBiasActivationAndResidualToTheProduct() {
    let layer = PackedLinear(
      floatWeights: [1, 2, 3, -1, 0.5, 4], bias: [0.5, -1], inputs: 3, isa: .reference)
    let x: [Float] = [1, 0, -1, 2, 2, 2]
    let scratch = QuantisedRows(rows: 1, width: 1, isa: .reference)
    var y = [Float](repeating: 0, count: 4)
    layer.apply(rows: 2, input: x, residual: [10, 20, 30, 40], output: &y, scratch: scratch)
    // Products -2, -5, 12, 7; bias 0.5, -1; residual 10 ... 40.
    let expected: [Float] = [8.5, 14, 42.5, 46]
    #expect(y == expected)
  }
}
