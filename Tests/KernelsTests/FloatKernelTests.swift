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
  private func gelu(_ x: [Float], isa: ISA) -> [Float] {
    var y = x
    let bias = [Float](repeating: 0, count: x.count)
    umwelt_epilogue(code(isa), 1, Int32(x.count), bias, true, nil, &y)
    return y
  }

  private func code(_ isa: ISA) -> umwelt_isa {
    switch isa {
    case .reference: UMWELT_REFERENCE
    case .avx2: UMWELT_AVX2
    case .avx512vnni: UMWELT_AVX512VNNI
    }
  }

  @Test("GELU is within one millionth of the C library's tanh form")
  func gELUIsWithinOneMillionthOfTheCLibrarysTanhForm() {
    let x = stride(from: Float(-12), through: 12, by: 0.0007).map { $0 }
    let y = gelu(x, isa: .reference)
    var worst = 0.0
    for (value, result) in zip(x.map(Double.init), y.map(Double.init)) {
      let inner = (2 / Double.pi).squareRoot() * (value + 0.044715 * value * value * value)
      worst = max(worst, abs(0.5 * value * (1 + tanh(inner)) - result))
    }
    #expect(worst < 1e-6)
  }

  @Test("GELU of very large values is the value or zero")
  func gELUOfVeryLargeValuesIsTheValueOrZero() {
    #expect(gelu([1e30, 3e38, 100], isa: .reference) == [1e30, 3e38, 100])
    #expect(gelu([-1e30, -3e38, -100], isa: .reference) == [0, 0, 0])
  }

  @Test(
    "the float epilogue gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func theFloatEpilogueGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "epilogue")
    for width in [1, 2, 15, 16, 17, 31, 32, 33] {
      let x = source.floats(3 * width, kind)
      let bias = source.floats(width, .random)
      let residual = source.floats(3 * width, kind)
      for useGELU in [false, true] {
        var fast = x
        var slow = x
        umwelt_epilogue(code(isa), 3, Int32(width), bias, useGELU, residual, &fast)
        umwelt_epilogue(UMWELT_REFERENCE, 3, Int32(width), bias, useGELU, residual, &slow)
        #expect(bits(fast) == bits(slow), "width \(width), seed \(KernelCase.seed)")
      }
    }
  }

  private func layerNorm(_ x: [Float], width: Int, gain: [Float], bias: [Float], isa: ISA)
    -> [Float]
  {
    var y = [Float](repeating: .nan, count: x.count)
    LayerNorm(gain: gain, bias: bias, isa: isa)
      .apply(rows: x.count / width, input: x, output: &y)
    return y
  }

  @Test("layer norm gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func layerNormGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "norm")
    for width in [1, 2, 3, 15, 16, 17, 31, 32, 33, 96, 384] {
      let x = source.floats(4 * width, kind)
      let gain = source.floats(width, .random)
      let bias = source.floats(width, .random)
      let fast = layerNorm(x, width: width, gain: gain, bias: bias, isa: isa)
      let slow = layerNorm(x, width: width, gain: gain, bias: bias, isa: .reference)
      #expect(bits(fast) == bits(slow), "width \(width), seed \(KernelCase.seed)")
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

  private func attention(_ qkv: [Float], heads: Int, head: Int, isa: ISA) -> [Float] {
    var y = [Float](repeating: .nan, count: qkv.count / 3)
    Attention(heads: heads, headWidth: head, isa: isa).apply(qkv: qkv, output: &y)
    return y
  }

  @Test("attention gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func attentionGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "attention")
    for (heads, head) in [(1, 1), (4, 24), (2, 15), (2, 16), (2, 17), (3, 33), (1, 128)] {
      let qkv = source.floats(Attention.tokens * 3 * heads * head, kind)
      let fast = attention(qkv, heads: heads, head: head, isa: isa)
      let slow = attention(qkv, heads: heads, head: head, isa: .reference)
      #expect(bits(fast) == bits(slow), "\(heads) heads of \(head), seed \(KernelCase.seed)")
    }
  }

  @Test("attention is softmax of scaled scores times values")
  func attentionIsSoftmaxOfScaledScoresTimesValues() {
    var source = KernelCase(stream: "attention definition")
    let (heads, head, tokens) = (4, 24, Attention.tokens)
    let width = heads * head
    let qkv = source.floats(tokens * 3 * width, .random)
    let y = attention(qkv, heads: heads, head: head, isa: .reference)
    func at(_ token: Int, _ part: Int, _ h: Int, _ d: Int) -> Double {
      Double(qkv[token * 3 * width + part * width + h * head + d])
    }
    var worst = 0.0
    for h in 0..<heads {
      for token in 0..<tokens {
        var weights: [Double] = []
        for other in 0..<tokens {
          var score = 0.0
          for d in 0..<head { score += at(token, 0, h, d) * at(other, 1, h, d) }
          weights.append(exp(score / Double(head).squareRoot()))
        }
        let sum = weights.reduce(0, +)
        for d in 0..<head {
          var value = 0.0
          for other in 0..<tokens { value += weights[other] / sum * at(other, 2, h, d) }
          worst = max(worst, abs(value - Double(y[token * width + h * head + d])))
        }
      }
    }
    #expect(worst < 1e-5)
  }
}
