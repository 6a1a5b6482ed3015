// SPDX-License-Identifier: Apache-2.0
import Buses
import LinuxBuses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// This terminal, byte for byte, on a line to a robot.
final class ConsoleTerminal {
  /// Ctrl-], as telnet has it.
  private static let leave: UInt8 = 0x1D
  /// How long an answer may be coming after the last line of a pipe, in waits of 100 ms.
  private static let patience = 10

  private let line: any SerialPort & WaitedFile
  private let input = StandardInput()
  private let isTerminal: Bool
  private var before = termios()
  private var size = (columns: 0, rows: 0)
  private var waiting: [UInt8] = []

  init(_ line: any SerialPort & WaitedFile) {
    self.line = line
    isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
  }

  /// Until ctrl-], the end of the pipe, or of the line.
  func run() throws(SerialError) {
    if isTerminal {
      var raw = before
      cfmakeraw(&raw)
      tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    }
    defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, &before) } }
    var left = Self.patience
    var isOpen = true
    while isOpen || left > 0 {
      tellSize()
      WaitedFiles.wait(isOpen ? [line, input] : [line], milliseconds: 100)
      if isOpen, waiting.isEmpty, input.isReady { isOpen = take() }
      waiting = try line.sending(waiting)
      let heard = try line.received()
      show(heard)
      if !isOpen { left = heard.isEmpty ? left - 1 : Self.patience }
      if isTerminal, !isOpen { return }
    }
  }

  /// What was typed; false at its end.
  private func take() -> Bool {
    let bytes = input.read(4096)
    guard !bytes.isEmpty else { return false }
    guard isTerminal, let end = bytes.firstIndex(of: Self.leave) else {
      waiting = bytes
      return true
    }
    waiting = Array(bytes[..<end])
    return false
  }

  /// As xterm reports it (CSI 8 ; rows ; columns t), whenever it changes.
  private func tellSize() {
    let now = Terminal.size
    guard isTerminal, now != size else { return }
    size = now
    waiting += Array("\u{1B}[8;\(now.rows);\(now.columns)t".utf8)
  }

  private func show(_ bytes: [UInt8]) {
    if !bytes.isEmpty { Terminal.write(String(decoding: bytes, as: UTF8.self)) }
  }
}
