// SPDX-License-Identifier: Apache-2.0
import CKernels
import Kernels
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct FloatKernelTests {
  private func activate(_ activation: Activation, _ x: [Float], isa: ISA) -> [Float] {
    var y = x
    y.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      activation.apply(count: x.count, input: start, output: start, isa: isa)
    }
    return y
  }

  /// The greatest distance from the definition in doubles.
  private func worst(
    _ activation: Activation, from low: Float = -12, to high: Float = 12,
    _ definition: (Double) -> Double
  ) -> Double {
    let x = stride(from: low, through: high, by: 0.0007).map { $0 }
    let y = activate(activation, x, isa: .reference)
    return zip(x, y).map { abs(definition(Double($0)) - Double($1)) }.max() ?? .infinity
  }

  @Test("activations are within three millionths of the C library's")
  func activationsAreWithinThreeMillionthsOfTheCLibrarys() {
    #expect(
      worst(.geluTanh) {
        let inner = (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)
        return 0.5 * $0 * (1 + tanh(inner))
      } < 1e-6)
    #expect(worst(.geluErf) { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) } < 3e-6)
    #expect(worst(.silu) { $0 / (1 + exp(-$0)) } < 2e-6)
    #expect(worst(.none) { $0 } == 0)
  }

  @Test(
    "activations of very large values are the value or nearly zero",
    arguments: [Activation.geluTanh, .geluErf, .silu])
  func activationsOfVeryLargeValuesAreTheValueOrNearlyZero(activation: Activation) {
    #expect(activate(activation, [1e30, 3e38, 100], isa: .reference) == [1e30, 3e38, 100])
    for value in activate(activation, [-1e30, -3e38, -100], isa: .reference) {
      #expect(abs(value) < 3e-6)
    }
    #expect(activate(activation, [.nan], isa: .reference)[0].isNaN)
  }

  @Test("the epilogue gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func theEpilogueGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "epilogue")
    for width in [1, 2, 15, 16, 17, 31, 32, 33] {
      let x = source.floats(3 * width, kind)
      let bias = source.floats(width, .random)
      let gate = source.floats(3 * width, .random)
      let residual = source.floats(3 * width, kind)
      for activation in Activation.allCases {
        for mode in 0..<4 {
          func finish(_ isa: ISA) -> [Float] {
            var y = x
            y.withUnsafeMutableBufferPointer { values in
              gate.withUnsafeBufferPointer { gate in
                residual.withUnsafeBufferPointer { residual in
                  var end = umwelt_epilogue(
                    activation: activation.kernelCode, gate: mode & 1 == 0 ? nil : gate.baseAddress,
                    residual: mode & 2 == 0 ? nil : residual.baseAddress,
                    output: values.baseAddress, gate_stride: width, residual_stride: width,
                    output_stride: width)
                  umwelt_finish(
                    isa.kernelCode, 3, Int32(width), values.baseAddress, width, bias, &end)
                }
              }
            }
            return y
          }
          #expect(
            bits(finish(isa)) == bits(finish(.reference)),
            "width \(width), \(activation), mode \(mode), seed \(KernelCase.seed)")
        }
      }
    }
  }

  private func layerNorm(
    _ x: [Float], width: Int, gain: [Float], bias: [Float], _ activation: Activation = .none,
    isa: ISA
  ) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    LayerNorm(gain: gain, bias: bias, isa: isa)
      .apply(rows: x.count / width, input: x, activation: activation, output: &y)
    return y
  }

  @Test("layer norm gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func layerNormGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "norm")
    for width in [1, 2, 3, 15, 16, 17, 31, 32, 33, 96, 384] {
      let x = source.floats(4 * width, kind)
      let gain = source.floats(width, .random)
      let bias = source.floats(width, .random)
      for activation in Activation.allCases {
        let fast = layerNorm(x, width: width, gain: gain, bias: bias, activation, isa: isa)
        let slow = layerNorm(x, width: width, gain: gain, bias: bias, activation, isa: .reference)
        #expect(bits(fast) == bits(slow), "width \(width), seed \(KernelCase.seed)")
      }
    }
  }

  @Test("adaptive norm gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func adaptiveNormGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "adaptive norm")
    for width in [1, 15, 16, 17, 33, 192] {
      let x = source.floats(3 * width, kind)
      let modulation = source.floats(3 * 2 * width, .random)
      let gain = source.floats(width, .random)
      let bias = source.floats(width, .random)
      func norm(_ isa: ISA) -> [Float] {
        var y = [Float](repeating: .nan, count: x.count)
        modulation.withUnsafeBufferPointer { modulation in
          guard let shift = modulation.baseAddress else { return }
          LayerNorm(gain: gain, bias: bias, isa: isa).apply(
            rows: 3, input: x, innerEpsilon: 1e-6, shift: shift, scale: shift + width,
            stride: 2 * width, output: &y)
        }
        return y
      }
      #expect(bits(norm(isa)) == bits(norm(.reference)), "width \(width)")
    }
  }

  @Test("adaptive norm is the norm, the modulation, the affine norm")
  func adaptiveNormIsTheNormTheModulationTheAffineNorm() {
    var source = KernelCase(stream: "adaptive norm definition")
    let width = 48
    let x = source.floats(width, .random)
    let shift = source.floats(width, .random)
    let scale = source.floats(width, .random)
    let gain = source.floats(width, .random)
    let bias = source.floats(width, .random)
    func normed(_ x: [Double], _ epsilon: Double) -> [Double] {
      let mean = x.reduce(0, +) / Double(width)
      let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
      return x.map { ($0 - mean) / (variance + epsilon).squareRoot() }
    }
    var y = [Float](repeating: .nan, count: width)
    LayerNorm(gain: gain, bias: bias, epsilon: 1e-3, isa: .reference).apply(
      rows: 1, input: x, innerEpsilon: 1e-2, shift: shift, scale: scale, stride: width, output: &y)
    let inner = normed(x.map(Double.init), 1e-2)
    let modulated = inner.indices.map { inner[$0] * (1 + Double(scale[$0])) + Double(shift[$0]) }
    let outer = normed(modulated, 1e-3)
    for index in 0..<width {
      let expected = outer[index] * Double(gain[index]) + Double(bias[index])
      #expect(abs(Double(y[index]) - expected) < 1e-5)
    }
  }

  @Test("layer norm has the mean and deviation it is asked for")
  func layerNormHasTheMeanAndDeviationItIsAskedFor() {
    var source = KernelCase(stream: "norm moments")
    let x = source.floats(384, .random).map { 5 + 3 * $0 }
    let y = layerNorm(
      x, width: 384, gain: Array(repeating: 2, count: 384), bias: Array(repeating: 7, count: 384),
      isa: .reference
    ).map(Double.init)
    let mean = y.reduce(0, +) / 384
    let deviation = (y.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 384).squareRoot()
    #expect(abs(mean - 7) < 1e-5)
    #expect(abs(deviation - 2) < 1e-4)
  }
}
