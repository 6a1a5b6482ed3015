// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the kernel calls this start of the computer (proc(5), random/boot_id).
public enum BootID {
  /// "unknown" where it does not tell.
  public static func current() -> String {
    let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "unknown" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file, &bytes, bytes.count)
    let text = bytes[..<max(0, count)].prefix { $0 > 0x20 }
    return text.isEmpty ? "unknown" : String(decoding: text, as: UTF8.self)
  }
}
