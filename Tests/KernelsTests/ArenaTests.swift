// SPDX-License-Identifier: Apache-2.0
import Kernels
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct ArenaTests {
  private static let page = sysconf(Int32(_SC_PAGESIZE))

  /// Whether the page of that address belongs to a mapping.
  private func isMapped(_ address: UInt) -> Bool {
    var state: UInt8 = 0
    let start = UnsafeMutableRawPointer(bitPattern: address & ~UInt(Self.page - 1))
    return mincore(start, 1, &state) == 0
  }

  @Test("slices are aligned, zeroed, one behind the other, and keep what is written")
  func slicesAreOneBehindTheOther() throws {
    let arena = try Arena()
    let counts = [1, 16, 17, 1000, 0, 3_000_000, 5]
    let slices = counts.map { FloatStorage(count: $0, in: arena) }
    var end = UInt(bitPattern: slices[0].pointer)
    for (index, slice) in slices.enumerated() {
      let start = UInt(bitPattern: slice.pointer)
      #expect(start == end && start % 64 == 0)
      #expect((0..<slice.count).allSatisfy { slice.pointer[$0] == 0 })
      for place in 0..<slice.count { slice.pointer[place] = Float(index + 1) }
      end = start + UInt(slice.bytes)
    }
    for (index, slice) in slices.enumerated() {
      #expect((0..<slice.count).allSatisfy { slice.pointer[$0] == Float(index + 1) })
    }
    #expect(arena.byteCount == slices.reduce(0) { $0 + $1.bytes })
  }

  @Test("sealing gives the tail back and keeps the slices, also without the arena's own reference")
  func sealingGivesTheTailBack() throws {
    var arena: Arena? = try Arena(reserving: 1 << 26)
    let slice = FloatStorage([1, 2, 3], in: arena)
    let start = UInt(bitPattern: slice.pointer)
    let tail = start + UInt(2 * Self.page)
    #expect(isMapped(start) && isMapped(tail))
    arena?.seal()
    #expect(arena?.isSealed == true && arena?.byteCount == slice.bytes)
    #expect(isMapped(start) && !isMapped(tail))
    arena = nil
    #expect(slice.pointer[2] == 3)
    slice.pointer[0] = 7
    #expect(slice.pointer[0] == 7)
  }

  @Test("more address space than there is is refused with the number and what to do")
  func moreAddressSpaceThanThereIsIsRefused() {
    do throws(KernelError) {
      _ = try Arena(reserving: .max)
      Issue.record("was not refused")
    } catch {
      #expect(error == .noAddressSpace(bytes: .max, code: ENOMEM))
      #expect(error.description.contains("ulimit -v"))
    }
  }

  @Test("layers compute the same bits in an arena", arguments: ISA.allCases.filter(\.isSupported))
  func layersComputeTheSameBitsInAnArena(isa: ISA) throws {
    let (rows, inputs, outputs) = (5, 37, 21)
    var random = SeededGenerator(seed: 9, stream: isa.rawValue)
    func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
    let weights = (0..<inputs * outputs).map { _ in Int8(random.uniform(-127...127)) }
    let (scale, bias, x) = (floats(outputs).map(abs), floats(outputs), floats(rows * inputs))
    let (gain, shift) = (floats(outputs), floats(outputs))

    func run(_ arena: Arena?) -> [UInt32] {
      let layer = weights.withUnsafeBufferPointer {
        PackedLinear(weights: $0, scale: scale, bias: bias, inputs: inputs, isa: isa, in: arena)
      }
      let float = PackedLinear(
        floatWeights: weights.map(Float.init), bias: bias, inputs: inputs, isa: isa, in: arena)
      let norm = LayerNorm(gain: gain, bias: shift, isa: isa, in: arena)
      let scratch = QuantisedRows(rows: rows, width: inputs, isa: isa, in: arena)
      if let arena {
        arena.seal()
        let parts = layer.storageBytes + float.storageBytes + norm.storageBytes
        #expect(arena.byteCount == parts + scratch.storageBytes)
      }
      var y = [Float](repeating: .nan, count: rows * outputs)
      var result: [Float] = []
      for linear in [layer, float] {
        linear.apply(rows: rows, input: x, output: &y, scratch: scratch)
        let wide = y
        norm.apply(rows: rows, input: wide, output: &y)
        result += y
      }
      return result.map(\.bitPattern)
    }
    #expect(run(try Arena()) == run(nil))
  }

  @Test("attention of many tokens lies in the arena, too", arguments: [false, true])
  func attentionOfManyTokensLiesInTheArena(isFloat: Bool) throws {
    let (tokens, heads, width) = (70, 2, 24)
    let size = tokens * heads * width
    var random = SeededGenerator(seed: 4)
    let qkv = (0..<3 * size).map { _ in Float(random.normal()) }
    func run(_ arena: Arena?) -> [UInt32] {
      let attention = Attention(
        tokens: tokens, heads: heads, headWidth: width, isFloat: isFloat, isa: .best, in: arena)
      if let arena { #expect(arena.byteCount == attention.storageBytes && arena.byteCount > 0) }
      var output = [Float](repeating: .nan, count: size)
      attention.apply(qkv: qkv, output: &output)
      return output.map(\.bitPattern)
    }
    #expect(run(try Arena()) == run(nil))
  }
}
