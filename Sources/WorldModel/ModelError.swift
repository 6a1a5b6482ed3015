// SPDX-License-Identifier: Apache-2.0
import Codecs
import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why a tensor file or the world model in it cannot be used.
public struct ModelError: Error, Equatable, Sendable {
  /// Path of the file.
  public let file: String
  /// Name of the tensor, when one is to blame.
  public let tensor: String?
  /// What is wrong.
  public let problem: Problem

  /// What can be wrong with a file; `ModelError.description` words it.
  public enum Problem: Equatable, Sendable {
    /// The system would not open or map it; the value is errno.
    case cannotRead(Int32)
    /// Fewer bytes than any tensor file has.
    case tooShort(bytes: Int)
    case headerTooLong(stated: UInt64, available: Int)
    case headerNotJSON(JSONError)
    /// A member of the header, or of its entry for the tensor, is missing or of the wrong kind.
    case malformedHeader(member: String)
    case unknownType(String)
    case sizeMismatch(type: String, shape: [Int], bytes: Int)
    case outsideFile(end: Int, available: Int)
    case overlap(with: String)
    /// Bytes that no tensor claims.
    case unclaimed(bytes: Int, at: Int)
    case missingTensor
    case wrongType(found: String, expected: String)
    case wrongShape(found: [Int], expected: [Int])
    case notFinite(index: Int)
    /// A scale that is zero, negative, NaN or infinite, or so large that weights would overflow.
    case badScale(index: Int, found: String)
    /// A tensor that no part of the model the metadata describes reads.
    case unusedTensor
    /// The model was trained for a board that is none of those asked for.
    case wrongBoard(found: String, expected: [String])
    /// An int8 weight of -128; the format allows -127...127.
    case outOfRange(index: Int)
    case wrongFormat(found: String?, expected: String)
    /// A field of the metadata JSON is missing or impossible.
    case metadata(field: String, expected: String)
    case kernels(KernelError)
  }

  package init(_ file: String, _ tensor: String? = nil, _ problem: Problem) {
    self.file = file
    self.tensor = tensor
    self.problem = problem
  }
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    let place = tensor.map { "\(file): tensor \($0)" } ?? file
    return "\(place): \(problem.what); \(problem.remedy)"
  }
}

extension ModelError.Problem {
  var what: String {
    switch self {
    case .cannotRead(let code): "cannot be read: \(String(cString: strerror(code)))"
    case .tooShort(let bytes): "has only \(bytes) bytes, too few for a safetensors header"
    case .headerTooLong(let stated, let available):
      "the header claims \(stated) bytes, but \(available) can be one"
    case .headerNotJSON(let error): "the header is not JSON: \(error)"
    case .malformedHeader(let member): "the header's \(member) is missing or of the wrong kind"
    case .unknownType(let type): "type \(type) is not one of safetensors'"
    case .sizeMismatch(let type, let shape, let bytes):
      "\(type) \(shape) does not fill the \(bytes) bytes its offsets span"
    case .outsideFile(let end, let available):
      "ends at byte \(end) of the data, but the file holds \(available)"
    case .overlap(let other): "shares bytes with tensor \(other)"
    case .unclaimed(let bytes, let offset):
      "\(bytes) bytes of the data at \(offset) belong to no tensor"
    case .missingTensor: "is missing"
    case .wrongType(let found, let expected): "is \(found), but must be \(expected)"
    case .wrongShape(let found, let expected):
      "has shape \(found), but the metadata asks for \(expected)"
    case .notFinite(let index): "value \(index) is not finite"
    case .badScale(let index, let found):
      "scale \(index) is \(found), but must be more than 0, and finite also times 127"
    case .unusedTensor: "belongs to no layer that the metadata describes"
    case .wrongBoard(let found, let expected):
      "was trained for board \(found), not for \(expected.joined(separator: " or "))"
    case .outOfRange(let index): "value \(index) is -128, outside -127...127"
    case .wrongFormat(let found, let expected):
      "format is \(found ?? "not stated"), but must be \(expected)"
    case .metadata(let field, let expected): "metadata \(field) must be \(expected)"
    case .kernels(let error): "the kernels cannot start: \(error)"
    }
  }

  var remedy: String {
    switch self {
    case .cannotRead: "check the path and its permissions"
    case .tooShort, .headerTooLong, .outsideFile, .unclaimed, .sizeMismatch:
      "the file was cut or damaged: copy or export it again"
    case .kernels: "fix the environment and start again"
    case .wrongFormat: "use a file exported for this version"
    case .wrongBoard(let found, _):
      "train a model for this board (tools/train/train), choose its own, or, to share one on "
        + "purpose, let `model:` in board.yaml lead to the folder \(found)"
    default: "export the model again"
    }
  }
}
