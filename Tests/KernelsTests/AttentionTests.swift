// SPDX-License-Identifier: Apache-2.0
import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct AttentionTests {
  private struct Shape { let tokens, heads, head: Int }

  private func attention(_ qkv: [Float], _ shape: Shape, isFloat: Bool = false, isa: ISA)
    -> [Float]
  {
    var y = [Float](repeating: .nan, count: qkv.count / 3)
    Attention(
      tokens: shape.tokens, heads: shape.heads, headWidth: shape.head, isFloat: isFloat, isa: isa
    ).apply(qkv: qkv, output: &y)
    return y
  }

  /// The definition in doubles.
  private func expected(_ qkv: [Float], _ shape: Shape) -> [Double] {
    let (tokens, head) = (shape.tokens, shape.head)
    let width = shape.heads * head
    func at(_ token: Int, _ part: Int, _ h: Int, _ d: Int) -> Double {
      Double(qkv[token * 3 * width + part * width + h * head + d])
    }
    var result = [Double](repeating: 0, count: tokens * width)
    for h in 0..<shape.heads {
      for token in 0..<tokens {
        let weights = (0..<tokens).map { other in
          exp(
            (0..<head).reduce(0.0) { $0 + at(token, 0, h, $1) * at(other, 1, h, $1) }
              / Double(head).squareRoot())
        }
        let sum = weights.reduce(0, +)
        for d in 0..<head {
          result[token * width + h * head + d] =
            (0..<tokens).reduce(0.0) { $0 + weights[$1] / sum * at($1, 2, h, d) }
        }
      }
    }
    return result
  }

  private static let few = [
    Shape(tokens: 16, heads: 1, head: 1), Shape(tokens: 16, heads: 4, head: 24),
    Shape(tokens: 1, heads: 2, head: 15), Shape(tokens: 2, heads: 2, head: 16),
    Shape(tokens: 15, heads: 3, head: 33), Shape(tokens: 7, heads: 1, head: 128)
  ]
  private static let many = [
    Shape(tokens: 17, heads: 1, head: 1), Shape(tokens: 31, heads: 2, head: 15),
    Shape(tokens: 65, heads: 3, head: 64), Shape(tokens: 130, heads: 1, head: 17)
  ]

  @Test("attention gives the reference's bits", arguments: fastISAs, KernelCase.Kind.allCases)
  func attentionGivesTheReferencesBits(isa: ISA, kind: KernelCase.Kind) {
    var source = KernelCase(stream: "attention")
    for shape in Self.few + Self.many {
      let qkv = source.floats(shape.tokens * 3 * shape.heads * shape.head, kind)
      let fast = attention(qkv, shape, isa: isa)
      let slow = attention(qkv, shape, isa: .reference)
      #expect(bits(fast) == bits(slow), "\(shape), seed \(KernelCase.seed)")
    }
  }

  @Test("attention is softmax of scaled scores times values")
  func attentionIsSoftmaxOfScaledScoresTimesValues() {
    var source = KernelCase(stream: "attention definition")
    for shape in Self.few + Self.many {
      let qkv = source.floats(shape.tokens * 3 * shape.heads * shape.head, .random)
      let right = expected(qkv, shape)
      let float = attention(qkv, shape, isFloat: true, isa: .reference)
      #expect(zip(float, right).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(shape)")
      let int8 = attention(qkv, shape, isa: .reference)
      let size = right.map(abs).max() ?? 0
      let error = zip(int8, right).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(error < 0.04 * max(size, 1), "\(shape)")
    }
  }

  /// Queries, keys and values of the windows in one row each.
  private func window(
    _ x: [Float], windows: Int, tokens: Int, queries: Int, head: Int, isa: ISA
  ) -> [Float] {
    let width = 16 * head
    var y = [Float](repeating: .nan, count: windows * queries * width)
    x.withUnsafeBufferPointer { x in
      guard let start = x.baseAddress else { return }
      let query = WindowAttention.Stride(window: queries * width, token: width)
      WindowAttention(heads: 16, headWidth: head, isa: isa).apply(
        windows: windows, tokens: tokens, queries: queries,
        queries: start, at: query, keys: start + windows * tokens * width,
        values: start + 2 * windows * tokens * width,
        at: .init(window: tokens * width, token: width), output: &y, at: query)
    }
    return y
  }

  @Test("window attention gives the reference's bits", arguments: fastISAs)
  func windowAttentionGivesTheReferencesBits(isa: ISA) {
    var source = KernelCase(stream: "window attention")
    for tokens in 1...WindowAttention.maximumTokens {
      for queries in 1...tokens {
        for head in [1, 2, 5, 8] {
          let x = source.floats(3 * 3 * tokens * 16 * head, .random)
          func run(_ isa: ISA) -> [Float] {
            window(x, windows: 3, tokens: tokens, queries: queries, head: head, isa: isa)
          }
          #expect(bits(run(isa)) == bits(run(.reference)), "seed \(KernelCase.seed)")
        }
      }
    }
  }

  @Test("window attention is causal softmax attention with the heads last")
  func windowAttentionIsCausalSoftmaxAttentionWithTheHeadsLast() {
    var source = KernelCase(stream: "window attention definition")
    let (windows, tokens, head) = (2, 3, 4)
    let width = 16 * head
    let x = source.floats(3 * windows * tokens * width, .random)
    func at(_ part: Int, _ window: Int, _ token: Int, _ d: Int, _ h: Int) -> Double {
      Double(x[((part * windows + window) * tokens + token) * width + d * 16 + h])
    }
    let y = window(
      x, windows: windows, tokens: tokens, queries: tokens, head: head, isa: .reference)
    for (row, h) in (0..<windows * tokens).flatMap({ row in (0..<16).map { (row, $0) } }) {
      let (w, token) = (row / tokens, row % tokens)
      let weights = (0...token).map { key in
        exp((0..<head).reduce(0.0) { $0 + at(0, w, token, $1, h) * at(1, w, key, $1, h) } / 2)
      }
      for d in 0..<head {
        let sum = weights.indices.reduce(0.0) { $0 + weights[$1] * at(2, w, $1, d, h) }
        let right = sum / weights.reduce(0, +)
        #expect(abs(Double(y[row * width + d * 16 + h]) - right) < 1e-5)
      }
    }
  }
}
