// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why the kernels cannot start.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No instruction set has that name.
  case unknownISA(String)
  /// This CPU or build lacks it.
  case unsupportedISA(ISA)
  /// The system does not let the process have so much address space; the code is errno.
  case noAddressSpace(bytes: Int, code: Int32)

  public var description: String {
    switch self {
    case .unknownISA(let name):
      let known = ISA.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(ISA.variable)=\(name): no such instruction set; use one of \(known), or unset it"
    case .unsupportedISA(let isa):
      return "\(ISA.variable)=\(isa.rawValue): this CPU or build lacks it; "
        + "unset it to get \(ISA.best.rawValue)"
    case .noAddressSpace(let bytes, let code):
      return "\(bytes) bytes of address space: \(String(cString: strerror(code))); "
        + "raise the limit of `ulimit -v`"
    }
  }
}
