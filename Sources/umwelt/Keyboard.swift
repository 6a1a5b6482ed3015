// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard input as keys, one at a time and without echo, where it is a terminal.
final class Keyboard {
  private var before = termios()
  private let isTerminal: Bool

  init() {
    isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
    guard isTerminal else { return }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
  }

  deinit { restore() }

  /// Whether a key was pressed since the last question, or the terminal went away.
  var isPressed: Bool {
    guard isTerminal else { return false }
    var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // SAFETY: `wait` outlives the call.
    guard poll(&wait, 1, 0) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 64)
    // SAFETY: reads at most what `bytes` holds.
    _ = bytes.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
    return true
  }

  /// The terminal as it was. Idempotent.
  func restore() { if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, &before) } }
}
