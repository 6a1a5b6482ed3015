// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Writes a safetensors file of any size in slices; it appears under its name only when whole.
public final class SafetensorsWriter {
  /// A tensor to be written.
  public struct Declaration: Sendable {
    /// Unique in the file.
    public let name: String
    /// Element type.
    public let type: TensorType
    /// Axes, outermost first.
    public let shape: [Int]

    /// A tensor of that name, type and shape.
    public init(_ name: String, _ type: TensorType, shape: [Int]) {
      self.name = name
      self.type = type
      self.shape = shape
    }
  }

  private struct Region {
    let type: TensorType
    let start: Int
    let count: Int
    var written = 0
  }

  private let path: String
  private let partialPath: String
  private var descriptor: Int32
  private var regions: [String: Region] = [:]

  /// Makes `path` + ".partial", with its header, at its full size.
  ///
  /// Precondition: names are unique and shapes are not negative.
  public init(
    path: String, tensors: [Declaration], metadata: [String: String] = [:]
  ) throws(WriteError) {
    self.path = path
    partialPath = path + ".partial"
    // Said before hours of work go into a file that cannot get its name.
    if let code = Self.obstacle(at: path) { throw WriteError(path: path, problem: .system(code)) }
    // Wide elements first keeps every tensor aligned to its own element size.
    let ordered = tensors.enumerated().sorted {
      ($1.element.type.size, $0.offset) < ($0.element.type.size, $1.offset)
    }.map(\.element)
    var offset = 0
    var entries: [String] = []
    if !metadata.isEmpty { entries.append("\"__metadata__\":" + Self.object(metadata)) }
    for tensor in ordered {
      guard let bytes = tensor.type.bytes(shape: tensor.shape) else {
        preconditionFailure("the shape of \(tensor.name) is negative or too large")
      }
      precondition(regions[tensor.name] == nil && tensor.name != "__metadata__")
      regions[tensor.name] = Region(
        type: tensor.type, start: offset, count: bytes / tensor.type.size)
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        Self.quote(tensor.name) + ":{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + bytes)]}")
      offset += bytes
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let prefix = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
    for name in regions.keys.sorted() {
      guard let region = regions[name] else { continue }
      regions[name] = Region(
        type: region.type, start: region.start + prefix.count, count: region.count)
    }
    descriptor = open(partialPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw WriteError(path: partialPath, problem: .system(errno)) }
    if ftruncate(descriptor, off_t(prefix.count + offset)) != 0 {
      throw WriteError(path: partialPath, problem: .system(errno))
    }
    let failure = prefix.withUnsafeBytes { put($0, at: 0) }
    if failure != 0 { throw WriteError(path: partialPath, problem: .system(failure)) }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(partialPath)
    }
  }

  /// Writes elements of a tensor, from element `offset` on; each element once.
  ///
  /// Precondition: the tensor was declared, and the bytes are whole elements inside it.
  public func write(
    _ name: String, at offset: Int, _ bytes: UnsafeRawBufferPointer
  ) throws(WriteError) {
    let failure = store(name, at: offset, bytes)
    if failure != 0 { throw WriteError(path: partialPath, problem: .system(failure)) }
  }

  /// 0 or errno: on Swift 6.0 closures of `withUnsafeBytes` cannot throw typed errors.
  private func store(_ name: String, at offset: Int, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    guard let region = regions[name] else { preconditionFailure("\(name) was not declared") }
    let count = bytes.count / region.type.size
    precondition(bytes.count % region.type.size == 0, "part of an element of \(name)")
    precondition(offset >= 0 && count <= region.count - offset, "outside tensor \(name)")
    regions[name]?.written += count
    return put(bytes, at: region.start + offset * region.type.size)
  }

  /// Writes floats of an F32 tensor, from element `offset` on.
  public func write(_ name: String, at offset: Int, _ values: [Float]) throws(WriteError) {
    precondition(regions[name]?.type == .f32, "\(name) is not F32")
    let failure = values.withUnsafeBytes { store(name, at: offset, $0) }
    if failure != 0 { throw WriteError(path: partialPath, problem: .system(failure)) }
  }

  /// Writes bytes of a U8 tensor, from element `offset` on.
  public func write(
    _ name: String, at offset: Int, bytes values: [UInt8]
  ) throws(WriteError) {
    precondition(regions[name]?.type == .u8, "\(name) is not U8")
    let failure = values.withUnsafeBytes { store(name, at: offset, $0) }
    if failure != 0 { throw WriteError(path: partialPath, problem: .system(failure)) }
  }

  /// Writes the elements of an I8 tensor, from element `offset` on.
  public func write(
    _ name: String, at offset: Int, int8s values: [Int8]
  ) throws(WriteError) {
    precondition(regions[name]?.type == .i8, "\(name) is not I8")
    let failure = values.withUnsafeBytes { store(name, at: offset, $0) }
    if failure != 0 { throw WriteError(path: partialPath, problem: .system(failure)) }
  }

  /// Makes the file durable and gives it its name, which is then durable, too.
  ///
  /// Throws: `WriteError`, also when some elements were never written.
  public func finish() throws(WriteError) {
    precondition(descriptor >= 0, "finished already")
    for (name, region) in regions.sorted(by: { $0.key < $1.key })
    where region.written != region.count {
      throw WriteError(
        path: path,
        problem: .incomplete(tensor: name, written: region.written, declared: region.count))
    }
    if fsync(descriptor) != 0 { throw WriteError(path: partialPath, problem: .system(errno)) }
    if rename(partialPath, path) != 0 { throw WriteError(path: path, problem: .system(errno)) }
    close(descriptor)
    descriptor = -1
    let failure = Self.keepNames(besides: path)
    if failure != 0 { throw WriteError(path: path, problem: .system(failure)) }
  }

  /// 0 or errno: until its folder is on the disk, a new name may be lost with the power.
  private static func keepNames(besides path: String) -> Int32 {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return errno }
    defer { close(descriptor) }
    // Some file systems cannot do that for folders, and say EINVAL.
    return fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno
  }

  private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      // SAFETY: `rest` is inside the caller's buffer for the length of the call.
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      done += written
    }
    return 0
  }

  private static func obstacle(at path: String) -> Int32? {
    var status = stat()
    // SAFETY: `status` outlives the call, which fills it.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
  }

  private static func object(_ members: [String: String]) -> String {
    let pairs = members.sorted { $0.key < $1.key }.map { quote($0.key) + ":" + quote($0.value) }
    return "{" + pairs.joined(separator: ",") + "}"
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\u{0}"..<" ":
        let hexadecimal = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
