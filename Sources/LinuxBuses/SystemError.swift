// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What CLinux's verbs say when the kernel refuses.
struct SystemError: Error, Equatable {
  var errno: Int32
}

/// A verb's result: 0 and more is well, less is -errno.
@discardableResult
func checked(_ result: Int32) throws(SystemError) -> Int32 {
  if result < 0 { throw SystemError(errno: -result) }
  return result
}

/// The kernel's words for an errno, with the number.
func words(for errno: Int32) -> String {
  guard let text = strerror(errno) else { return "errno \(errno)" }
  return "\(String(cString: text)) (errno \(errno))"
}

/// The text in a fixed field of a C struct, up to its first NUL.
func text<Field>(in field: Field) -> String {
  // SAFETY: the field's own bytes, read while it is alive.
  withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
