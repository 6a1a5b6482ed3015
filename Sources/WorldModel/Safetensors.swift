// SPDX-License-Identifier: Apache-2.0
import Codecs

/// A safetensors file, mapped and wholly validated: afterwards every stated tensor is in the file.
///
/// Source: the format's README at github.com/huggingface/safetensors.
public final class Safetensors {
  /// One tensor of the header.
  public struct Tensor: Equatable, Sendable {
    /// Unique in the file.
    public let name: String
    /// Element type.
    public let type: TensorType
    /// Axes, outermost first; empty for a scalar.
    public let shape: [Int]
    /// Bytes of the file.
    public let range: Range<Int>
    /// Number of elements.
    public var count: Int { range.count / type.size }
  }

  /// Where the file is.
  public let path: String
  /// The header's `__metadata__`.
  public let metadata: [String: String]
  /// By name.
  public let tensors: [String: Tensor]
  /// Size of the file.
  public var byteCount: Int { file.bytes.count }
  private let file: MappedFile

  /// The reference implementation's bound on the header.
  static let maximumHeaderBytes = 100_000_000

  /// Maps and validates the file: header, types, shapes, offsets, and that the tensors cover the
  /// data without overlap or gap.
  public convenience init(path: String) throws(ModelError) {
    try self.init(path: path, file: MappedFile(path: path))
  }

  /// The same of bytes in memory, copied; `name` stands for a path in errors.
  package convenience init(
    named name: String, copying bytes: UnsafeRawBufferPointer
  ) throws(ModelError) {
    try self.init(path: name, file: MappedFile(copying: bytes))
  }

  private init(path: String, file: MappedFile) throws(ModelError) {
    self.path = path
    self.file = file
    let bytes = file.bytes
    guard bytes.count >= 10 else { throw ModelError(path, nil, .tooShort(bytes: bytes.count)) }
    let stated = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let available = min(bytes.count - 8, Self.maximumHeaderBytes)
    guard stated <= UInt64(available) else {
      throw ModelError(path, nil, .headerTooLong(stated: stated, available: available))
    }
    let dataStart = 8 + Int(stated)
    let header: JSON
    do {
      header = try JSON.parse(UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]))
    } catch { throw ModelError(path, nil, .headerNotJSON(error)) }
    guard case .object(let members) = header else {
      throw ModelError(path, nil, .malformedHeader(member: "outermost object"))
    }
    metadata = try Self.metadata(header[Self.metadataKey], path: path)
    var found: [String: Tensor] = [:]
    for member in members where member.key != Self.metadataKey {
      found[member.key] = try Self.tensor(
        name: member.key, entry: member.value, dataStart: dataStart, fileBytes: bytes.count,
        path: path)
    }
    tensors = found
    try checkCover(dataStart: dataStart)
  }

  private static let metadataKey = "__metadata__"

  private static func metadata(_ value: JSON?, path: String) throws(ModelError) -> [String: String]
  {
    guard let value else { return [:] }
    guard case .object(let members) = value else {
      throw ModelError(path, nil, .malformedHeader(member: metadataKey))
    }
    var result: [String: String] = [:]
    for member in members {
      guard case .text(let text) = member.value else {
        throw ModelError(path, nil, .malformedHeader(member: "\(metadataKey) \(member.key)"))
      }
      result[member.key] = text
    }
    return result
  }

  private static func tensor(
    name: String, entry: JSON, dataStart: Int, fileBytes: Int, path: String
  ) throws(ModelError) -> Tensor {
    guard case .text(let typeName)? = entry["dtype"] else {
      throw ModelError(path, name, .malformedHeader(member: "dtype"))
    }
    guard let type = TensorType(rawValue: typeName) else {
      throw ModelError(path, name, .unknownType(typeName))
    }
    let shape = try sizes(entry["shape"], member: "shape", tensor: name, path: path)
    let offsets = try sizes(entry["data_offsets"], member: "data_offsets", tensor: name, path: path)
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw ModelError(path, name, .malformedHeader(member: "data_offsets"))
    }
    guard offsets[1] <= fileBytes - dataStart else {
      throw ModelError(
        path, name, .outsideFile(end: offsets[1], available: fileBytes - dataStart))
    }
    guard type.bytes(shape: shape) == offsets[1] - offsets[0] else {
      let bytes = offsets[1] - offsets[0]
      throw ModelError(path, name, .sizeMismatch(type: typeName, shape: shape, bytes: bytes))
    }
    let range = dataStart + offsets[0]..<dataStart + offsets[1]
    return Tensor(name: name, type: type, shape: shape, range: range)
  }

  private static func sizes(
    _ value: JSON?, member: String, tensor: String, path: String
  ) throws(ModelError) -> [Int] {
    guard case .list(let values)? = value else {
      throw ModelError(path, tensor, .malformedHeader(member: member))
    }
    var result: [Int] = []
    for element in values {
      guard let size = element.integer, size >= 0 else {
        throw ModelError(path, tensor, .malformedHeader(member: member))
      }
      result.append(size)
    }
    return result
  }

  /// In the order of their bytes, each tensor must begin where the last ended.
  private func checkCover(dataStart: Int) throws(ModelError) {
    var end = dataStart
    var last = ""
    let ordered = tensors.values.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    for tensor in ordered {
      if tensor.range.lowerBound < end { throw ModelError(path, tensor.name, .overlap(with: last)) }
      if tensor.range.lowerBound > end {
        let gap = tensor.range.lowerBound - end
        throw ModelError(path, nil, .unclaimed(bytes: gap, at: end - dataStart))
      }
      end = tensor.range.upperBound
      last = tensor.name
    }
    if end < file.bytes.count {
      let rest = file.bytes.count - end
      throw ModelError(path, nil, .unclaimed(bytes: rest, at: end - dataStart))
    }
  }
}

extension Safetensors {
  /// The tensor of that name, type and shape.
  public func tensor(_ name: String, _ type: TensorType, shape: [Int]) throws(ModelError) -> Tensor
  {
    guard let tensor = tensors[name] else { throw ModelError(path, name, .missingTensor) }
    guard tensor.type == type else {
      throw ModelError(
        path, name, .wrongType(found: tensor.type.rawValue, expected: type.rawValue))
    }
    guard tensor.shape == shape else {
      throw ModelError(path, name, .wrongShape(found: tensor.shape, expected: shape))
    }
    return tensor
  }

  /// The tensor's bytes, in no particular alignment; valid while this object lives.
  ///
  /// Precondition: the tensor is of this file.
  public func bytes(of tensor: Tensor) -> UnsafeRawBufferPointer {
    precondition(tensors[tensor.name] == tensor)
    // SAFETY: the range was checked against the mapping at init.
    return UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
  }

  /// A copy of an F32 tensor, all values finite.
  public func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
    let tensor = try tensor(name, .f32, shape: shape)
    let raw = bytes(of: tensor)
    let values = (0..<tensor.count).map {
      raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError(path, name, .notFinite(index: index))
    }
    return values
  }

  /// A copy of an F32 tensor of scales: all more than 0, and finite also times an int8 weight.
  public func scales(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
    let raw = bytes(of: try tensor(name, .f32, shape: shape))
    let values = (0..<raw.count / 4).map {
      raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)
    }
    // A remainder adds up to half a step to the largest weight, 127.
    if let index = values.firstIndex(where: { !($0 > 0 && ($0 * 128).isFinite) }) {
      throw ModelError(path, name, .badScale(index: index, found: "\(values[index])"))
    }
    return values
  }

  /// A view of an I8 tensor, all values in -127...127; valid while this object lives.
  public func int8s(
    _ name: String, shape: [Int]
  ) throws(ModelError) -> UnsafeBufferPointer<Int8> {
    let values = bytes(of: try tensor(name, .i8, shape: shape)).assumingMemoryBound(to: Int8.self)
    if let index = values.firstIndex(of: -128) {
      throw ModelError(path, name, .outOfRange(index: index))
    }
    return values
  }
}
