// SPDX-License-Identifier: Apache-2.0

/// Why the kernels cannot start.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No instruction set has that name.
  case unknownISA(String)
  /// This CPU or build lacks it.
  case unsupportedISA(ISA)

  public var description: String {
    switch self {
    case .unknownISA(let name):
      let known = ISA.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(ISA.variable)=\(name): no such instruction set; use one of \(known), or unset it"
    case .unsupportedISA(let isa):
      return "\(ISA.variable)=\(isa.rawValue): this CPU or build lacks it; "
        + "unset it to get \(ISA.best.rawValue)"
    }
  }
}
