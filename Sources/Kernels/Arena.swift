// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One contiguous block of memory from which a model's storage is cut while it loads.
///
/// Address space is reserved first, and made memory as the arena grows, so that nothing need be
/// known in advance and nothing ever moves. All of it goes at once, with the last slice.
/// Thread: one at a time.
public final class Arena {
  /// Of every slice, bytes: a cache line, and the kernels' widest load.
  public static let alignment = 64
  /// Bytes cut so far; each slice is a multiple of the alignment.
  public private(set) var byteCount = 0
  /// Whether nothing more may be cut.
  public private(set) var isSealed = false
  private let start: UnsafeMutableRawPointer
  private var reserved: Int
  private var committed = 0
  /// Growing in fewer and larger steps than a page makes loading quicker.
  private static let step = 1 << 20
  private static let page = sysconf(Int32(_SC_PAGESIZE))

  /// Reserves as much address space as there is use for, or as the system lets it have.
  ///
  /// Throws: `KernelError.noAddressSpace`.
  public convenience init() throws(KernelError) {
    // Far more than any model; less where `ulimit -v` or a 32-bit system is in the way.
    for bits in [36, 33, 30] where bits < Int.bitWidth - 1 {
      if let start = Self.reserve(1 << bits) {
        self.init(start, 1 << bits)
        return
      }
    }
    try self.init(reserving: 1 << 28)
  }

  /// Reserves that many bytes of address space, rounded up to pages.
  ///
  /// Throws: `KernelError.noAddressSpace`.
  public convenience init(reserving bytes: Int) throws(KernelError) {
    precondition(bytes > 0)
    let reserved = Self.rounded(min(bytes, Int.max - Self.page), to: Self.page)
    guard let start = Self.reserve(reserved) else {
      throw .noAddressSpace(bytes: bytes, code: errno)
    }
    self.init(start, reserved)
  }

  private init(_ start: UnsafeMutableRawPointer, _ reserved: Int) {
    (self.start, self.reserved) = (start, reserved)
  }

  deinit { munmap(start, reserved) }

  /// The next `bytes` bytes, zeroed and touched, so that their first use faults no page in.
  ///
  /// They live as long as the arena. As with any allocation, running out of memory ends the
  /// process.
  /// Precondition: the arena is not sealed and was reserved large enough.
  func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    precondition(!isSealed && bytes >= 0)
    let size = Self.rounded(bytes, to: Self.alignment)
    precondition(size <= reserved - byteCount, "the arena has no room for \(bytes) bytes more")
    if byteCount + size > committed { commit(byteCount + size) }
    // SAFETY: the slice ends inside the committed part of the mapping, as just ensured.
    let slice = start + byteCount
    memset(slice, 0, size)
    byteCount += size
    return slice
  }

  /// Gives what was not cut back to the system.
  public func seal() {
    isSealed = true
    let kept = max(Self.rounded(byteCount, to: Self.page), Self.page)
    if kept < reserved, munmap(start + kept, reserved - kept) == 0 { reserved = kept }
  }

  private func commit(_ bytes: Int) {
    let wanted = min(Self.rounded(bytes, to: Self.step), reserved)
    // SAFETY: inside the mapping; what is committed already stays as it is.
    let code = mprotect(start + committed, wanted - committed, PROT_READ | PROT_WRITE)
    precondition(code == 0, "out of memory: \(wanted) bytes for a model")
    committed = wanted
  }

  private static func reserve(_ bytes: Int) -> UnsafeMutableRawPointer? {
    // SAFETY: a new private mapping that nobody can access yet.
    let start = mmap(
      nil, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return start == MAP_FAILED ? nil : start
  }

  private static func rounded(_ bytes: Int, to step: Int) -> Int {
    (bytes + step - 1) / step * step
  }
}

/// Zeroed, 64-byte aligned memory: a slice of an arena, or without one a block of its own.
final class Block {
  let start: UnsafeMutableRawPointer
  /// A multiple of the alignment.
  let byteCount: Int
  private let arena: Arena?

  init(byteCount: Int, in arena: Arena?) {
    precondition(byteCount >= 0)
    let step = Arena.alignment
    self.byteCount = (byteCount + step - 1) / step * step
    self.arena = arena
    if let arena {
      start = arena.take(self.byteCount)
    } else {
      start = .allocate(byteCount: max(self.byteCount, step), alignment: step)
      memset(start, 0, self.byteCount)
    }
  }

  deinit {
    if arena == nil { start.deallocate() }
  }
}
