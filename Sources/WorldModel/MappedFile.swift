// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A whole file mapped read-only, or a copy of its bytes, for the life of the object.
final class MappedFile {
  /// The file's bytes. Valid while this object lives and nobody shortens the file.
  let bytes: UnsafeRawBufferPointer
  private let isMapping: Bool

  /// A copy in a block of exactly its size, so that a sanitiser sees a read past its end.
  init(copying bytes: UnsafeRawBufferPointer) {
    // SAFETY: the block just made is as large as what is copied; deinit alone frees it.
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    block.copyMemory(from: bytes)
    self.bytes = UnsafeRawBufferPointer(block)
    isMapping = false
  }

  init(path: String) throws(ModelError) {
    isMapping = true
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // a FIFO must not wait
    if descriptor < 0 { throw ModelError(path, nil, .cannotRead(errno)) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw ModelError(path, nil, .cannotRead(errno)) }
    if status.st_mode & S_IFMT == S_IFDIR { throw ModelError(path, nil, .cannotRead(EISDIR)) }
    if status.st_mode & S_IFMT != S_IFREG { throw ModelError(path, nil, .cannotRead(EINVAL)) }
    let count = Int(status.st_size)
    if count == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    // SAFETY: a private read-only mapping of `count` bytes, unmapped in deinit only.
    let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else { throw ModelError(path, nil, .cannotRead(errno)) }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    guard isMapping else { return bytes.deallocate() }
    guard let start = bytes.baseAddress else { return }
    munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
  }
}
