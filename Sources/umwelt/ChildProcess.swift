// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A program that this one started; it ends with its owner.
final class ChildProcess {
  /// The folder of this program, where the others of the package lie.
  static let folder: String = {
    var link = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &link, link.count - 1)
    let path = String(
      decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }()

  let id: pid_t
  private var code: Int32?

  /// - Parameter errors: the file that takes what it says, appended.
  init(_ name: String, _ arguments: [String], errors: String) throws(ChildError) {
    let path = Self.folder + "/" + name
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    var texts: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    texts.append(nil)
    defer { for text in texts { free(text) } }
    var child: pid_t = 0
    // SAFETY: the list ends with nil; its texts and `actions` outlive the call.
    let failure = posix_spawn(&child, path, &actions, nil, texts, environ)
    if failure != 0 { throw ChildError(path: path, errno: failure) }
    id = child
  }

  deinit { end() }

  func signal(_ number: Int32) { if code == nil { kill(id, number) } }

  /// Its exit code, negative for a signal's number; nil while it runs.
  func ended() -> Int32? {
    if let code { return code }
    var status: Int32 = 0
    guard waitpid(id, &status, WNOHANG) == id else { return nil }
    // As the macros WIFEXITED and WEXITSTATUS.
    let number = status & 0x7F
    code = number == 0 ? (status >> 8) & 0xFF : -number
    return code
  }

  /// Kills it, whatever it does, and waits until it is gone. Idempotent.
  func end() {
    signal(SIGKILL)
    while ended() == nil { usleep(1000) }
  }
}

/// A program did not start.
struct ChildError: Error, CustomStringConvertible {
  let path: String
  let errno: Int32

  var description: String {
    "\(path): it does not start (errno \(errno)). It belongs into the folder of umwelt."
  }
}
