// SPDX-License-Identifier: Apache-2.0
import WorldModel

// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The repository's files as seen from this one.
enum Repository {
  private static func up(_ levels: Int) -> String {
    #filePath.split(separator: "/").dropLast(levels).reduce("") { $0 + "/" + $1 }
  }
  static func model(_ board: String) -> String { up(3) + "/boards/\(board)/model.safetensors" }
  static func fixture(_ name: String) -> String { up(1) + "/Fixtures/\(name).safetensors" }
  static func golden(_ board: String) -> String {
    up(1) + "/Fixtures/\(board)-golden.safetensors"
  }
}

/// A file in the temporary folder that goes when the object does.
final class TemporaryFile {
  let path: String

  init(_ name: String, _ bytes: [UInt8]? = nil) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    // Tests run at the same time, also with the same name.
    let unique = String(UInt64.random(in: 0 ... .max), radix: 16)
    path = "\(folder)/umwelt-\(unique)-\(name).safetensors"
    unlink(path)
    if let bytes { write(bytes) }
  }

  deinit { unlink(path) }

  func write(_ bytes: [UInt8]) {
    guard let file = fopen(path, "wb") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&part, 1, part.count, file)
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }

  /// A tensor file with one text of its header replaced by another; nil where it is not there.
  static func changed(_ path: String, replace old: String, by new: String) -> [UInt8]? {
    var bytes = read(path)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    guard let range = header.utf8.firstRange(of: old.utf8) else { return nil }
    let start = header.utf8.distance(from: header.startIndex, to: range.lowerBound) + 8
    bytes.replaceSubrange(start..<start + old.utf8.count, with: Array(new.utf8))
    let grown = UInt64(length + new.utf8.count - old.utf8.count)
    bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: grown.littleEndian) { Array($0) })
    return bytes
  }

  /// Length prefix, header text, data.
  static func safetensors(_ header: String, data: Int, stated: UInt64? = nil) -> [UInt8] {
    let length = stated ?? UInt64(header.utf8.count)
    return withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }
}

extension Safetensors {
  /// An F32 tensor of whatever shape it has.
  func values(_ name: String) throws -> (values: [Float], shape: [Int]) {
    let shape = tensors[name]?.shape ?? []
    return (try floats(name, shape: shape), shape)
  }
}
