// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whoever sits at standard input: asked before anything moves, and heard while it does.
enum Operator {
  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// What was typed up to Enter; nil at the end of the input or after ctrl-C.
  ///
  /// Byte by byte, so that what comes after the line is still there to stop the robot.
  static func line() -> String? {
    var bytes: [UInt8] = []
    while true {
      // A read would go on after ctrl-C.
      while !isReadable(waitMs: 100) { if Interruption.isRequested { return nil } }
      var byte: UInt8 = 0
      // SAFETY: one byte, which outlives the call.
      guard read(STDIN_FILENO, &byte, 1) == 1 else { return nil }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        return String(decoding: bytes, as: UTF8.self)
      }
      bytes.append(byte)
    }
  }

  /// True after any key, at the end of the input (the line to the operator is cut), or after
  /// ctrl-C.
  static var wantsStop: Bool { Interruption.isRequested || isReadable(waitMs: 0) }

  enum Key { case space, other }

  /// A key that was pressed, taken from the input; `other` for whatever else `wantsStop`.
  static var key: Key? {
    guard wantsStop else { return nil }
    if Interruption.isRequested { return .other }
    var byte: UInt8 = 0
    // SAFETY: one byte, which outlives the call.
    return read(STDIN_FILENO, &byte, 1) == 1 && byte == UInt8(ascii: " ") ? .space : .other
  }

  /// Whether a read would return at once: with a key, at the end, or with an error.
  private static func isReadable(waitMs: Int32) -> Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // SAFETY: one entry, which outlives the call.
    return poll(&input, 1, waitMs) > 0
  }

  /// Keys count without Enter as long as `body` runs.
  static func withKeys<Failure: Error>(
    _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    var before = termios()
    // SAFETY: `before` and its copy outlive the calls.
    guard isTerminal, tcgetattr(STDIN_FILENO, &before) == 0 else { return try body() }
    var keys = before
    keys.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &keys)
    // What was typed must not be the shell's next command.
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    try body()
  }
}
