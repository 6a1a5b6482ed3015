// SPDX-License-Identifier: Apache-2.0
import CKernels
import Kernels
import Quantities

/// Inputs for kernels: random, or extremes mixed in so often that every path meets them.
struct KernelCase {
  enum Kind: CaseIterable { case random, extreme, saturated, zeros, denormal, huge }

  static let seed: UInt64 = 20_240_611
  var generator: SeededGenerator

  init(stream: String) { generator = SeededGenerator(seed: Self.seed, stream: stream) }

  mutating func floats(_ count: Int, _ kind: Kind) -> [Float] {
    (0..<count).map { _ in
      switch kind {
      case .random: Float(generator.normal())
      case .extreme:
        [0, -0.0, 1, -1, 127, -127, 0.5, 1.5, 2.5, 1e-38, 3e5, -3e5][Int(generator.next() % 12)]
      case .saturated: generator.next() % 2 == 0 ? 127 : -127
      case .zeros: generator.next() % 2 == 0 ? 0 : -0.0
      case .denormal: Float(bitPattern: UInt32(truncatingIfNeeded: generator.next() % 0x80_0000))
      case .huge: Float(generator.normal()) * 1e37
      }
    }
  }

  mutating func weights(_ count: Int, _ kind: Kind) -> [Int8] {
    (0..<count).map { _ in
      switch kind {
      case .zeros: 0
      case .extreme: [127, -127, 0, 1, -1][Int(generator.next() % 5)]
      case .saturated: 127
      default: Int8(Int(generator.next() % 255) - 127)
      }
    }
  }
}

/// Bits, so that -0 and 0 differ; NaNs count as one value.
func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern } }

/// The instruction sets to compare with the reference on this CPU.
let fastISAs = ISA.allCases.filter { $0 != .reference && $0.isSupported }

extension ISA {
  /// Both lists are in the same order.
  var kernelCode: umwelt_isa { umwelt_isa(UInt32(Self.allCases.firstIndex(of: self) ?? 0)) }
}

extension Activation {
  var kernelCode: umwelt_activation {
    umwelt_activation(UInt32(Self.allCases.firstIndex(of: self) ?? 0))
  }
}
