// SPDX-License-Identifier: Apache-2.0
import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An instruction set the kernels are written for; all give the same bits.
public enum ISA: String, CaseIterable, Sendable {
  /// Portable C: the specification.
  case reference
  /// ARMv8.0: Cortex-A53 and A72.
  case neon
  /// ARMv8.2 int8 dot products: Cortex-A55, A76 and A78.
  case dotprod
  /// ARMv8.6 int8 matrix products.
  case i8mm
  /// 256-bit integer multiply-add on widened int8.
  case avx2
  /// 256-bit int8 dot products.
  case avxvnni
  /// 512-bit int8 dot products.
  case avx512vnni

  var code: umwelt_isa {
    switch self {
    case .reference: UMWELT_REFERENCE
    case .neon: UMWELT_NEON
    case .dotprod: UMWELT_DOTPROD
    case .i8mm: UMWELT_I8MM
    case .avx2: UMWELT_AVX2
    case .avxvnni: UMWELT_AVXVNNI
    case .avx512vnni: UMWELT_AVX512VNNI
    }
  }

  /// Whether this build and this CPU have it.
  public var isSupported: Bool { umwelt_isa_supported(code) }

  /// The fastest one this CPU has.
  public static var best: ISA {
    allCases.last { $0.isSupported } ?? .reference
  }

  /// The environment variable that overrides the choice.
  public static let variable = "UMWELT_ISA"

  /// The one named in the environment variable `UMWELT_ISA`, or the best.
  ///
  /// Throws: `KernelError` when the name is unknown or this CPU lacks it.
  public static func selected() throws(KernelError) -> ISA {
    guard let value = getenv(variable) else { return best }
    return try named(String(cString: value))
  }

  /// The one of that name, or the best for an empty name.
  ///
  /// Throws: `KernelError` when the name is unknown or this CPU lacks it.
  public static func named(_ name: String) throws(KernelError) -> ISA {
    if name.isEmpty { return best }
    guard let isa = ISA(rawValue: name) else { throw .unknownISA(name) }
    guard isa.isSupported else { throw .unsupportedISA(isa) }
    return isa
  }
}
