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

    func apply(
      _ x: [Float], rows: Int, _ activation: Activation = .none, gate: [Float]? = nil,
      residual: [Float]? = nil, isa: ISA
    ) -> [Float] {
      let layer = weights.withUnsafeBufferPointer {
        PackedLinear(weights: $0, scale: scale, bias: bias, inputs: inputs, isa: isa)
      }
      var y = residual ?? [Float](repeating: .nan, count: rows * outputs)
      let scratch = QuantisedRows(rows: max(rows, 1), width: inputs, isa: isa)
      y.withUnsafeMutableBufferPointer { out in
        guard let start = out.baseAddress else { return }
        x.withUnsafeBufferPointer { input in
          guard let from = input.baseAddress else { return }
          (gate ?? []).withUnsafeBufferPointer { gates in
            layer.apply(
              rows: rows, input: from, activation: activation,
              gate: gate == nil ? nil : gates.baseAddress,
              residual: residual == nil ? nil : UnsafePointer(start), output: start,
              scratch: scratch)
          }
        }
      }
      return y
    }

    /// The definition again, in the test's own words and doubles where exactness allows.
    func expected(_ x: [Float], rows: Int) -> [Float] {
      var y: [Float] = []
      for row in 0..<rows {
        let values = x[row * inputs..<(row + 1) * inputs]
        let most = values.map(abs).max() ?? 0
        let isTiny = most < 1e-30
        let s = isTiny ? 0 : most / 127
        let q = values.map { isTiny ? 0 : Int(($0 * (127 / most)).rounded(.toNearestOrEven)) }
        for output in 0..<outputs {
          var sum = 0
          for input in 0..<inputs { sum += q[input] * Int(weights[output * inputs + input]) }
          y.append(bias[output].addingProduct(Float(sum), s * scale[output]))
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
    let y = layer.apply(x, rows: 5, isa: .reference)
    #expect(bits(y) == bits(layer.expected(x, rows: 5)), "seed \(KernelCase.seed)")
  }

  @Test("every instruction set gives the reference's bits at every tile edge", arguments: fastISAs)
  func everyInstructionSetGivesTheReferencesBitsAtEveryTileEdge(isa: ISA) throws {
    // All rows of up to two blocks of 8 and one; outputs around two tiles of 48; inputs around two
    // steps of 16 and more.
    let rowCounts = Array(0...17)
    let inputCounts = [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33]
    let outputCounts = [1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97]
    var source = KernelCase(stream: "edges")
    for inputs in inputCounts {
      for outputs in outputCounts {
        let layer = Layer(inputs, outputs, .random, &source)
        for rows in rowCounts {
          try compare(layer, rows: rows, kind: .random, isa: isa, &source)
        }
      }
    }
  }

  @Test("extreme inputs give the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func extremeInputsGiveTheReferencesBits(isa: ISA, kind: KernelCase.Kind) throws {
    var source = KernelCase(stream: "extremes \(kind)")
    for inputs in [88, 384, 513] {
      let layer = Layer(inputs, 50, kind, &source)
      for activation in Activation.allCases {
        try compare(layer, rows: 9, kind: kind, activation, isa: isa, &source)
      }
    }
  }

  private func compare(
    _ layer: Layer, rows: Int, kind: KernelCase.Kind, _ activation: Activation? = nil, isa: ISA,
    _ source: inout KernelCase
  ) throws {
    let x = source.floats(rows * layer.inputs, kind)
    let past = source.floats(rows * layer.outputs, .random)
    let gate = source.floats(rows * layer.outputs, .random)
    let activation = activation ?? Activation.allCases[rows % Activation.allCases.count]
    for (gate, residual) in [(nil, nil), (nil, past), (gate, nil), (gate, past)] {
      let fast = layer.apply(
        x, rows: rows, activation, gate: gate, residual: residual, isa: isa)
      let slow = layer.apply(
        x, rows: rows, activation, gate: gate, residual: residual, isa: .reference)
      try #require(
        bits(fast) == bits(slow),
        "\(isa) \(rows)x\(layer.inputs)x\(layer.outputs) \(kind), seed \(KernelCase.seed)")
    }
  }

  @Test("a row that is not finite makes its outputs NaN and no other row's", arguments: fastISAs)
  func aRowThatIsNotFiniteMakesItsOutputsNaNAndNoOtherRows(isa: ISA) {
    var source = KernelCase(stream: "not finite")
    let layer = Layer(33, 17, .random, &source)
    for bad in [Float.nan, .infinity, -.infinity] {
      var x = source.floats(5 * 33, .random)
      x[2 * 33 + 7] = bad
      for isa in [isa, .reference] {
        let y = layer.apply(x, rows: 5, isa: isa)
        for row in 0..<5 {
          #expect(y[row * 17..<(row + 1) * 17].allSatisfy { $0.isNaN == (row == 2) })
        }
      }
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
