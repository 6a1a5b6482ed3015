// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard output as a screen.
enum Terminal {
  static var isScreen: Bool { isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb" }

  static var palette: Palette {
    let depth = variable("COLORTERM") ?? ""
    return depth.contains("truecolor") || depth.contains("24bit") ? .trueColour : .cube
  }

  /// Columns and rows; 80 x 24 when the terminal does not say.
  static var size: (columns: Int, rows: Int) {
    var size = winsize()
    // SAFETY: `size` outlives the call, which fills it.
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      // SAFETY: `bytes` outlives the call and the slice lies inside it.
      let count = bytes.withUnsafeBytes { all in
        send(all.baseAddress.map { $0 + sent }, all.count - sent)
      }
      guard count > 0 else { return }  // nobody reads: the picture is lost, the robot is not
      sent += count
    }
  }

  /// The C function, whose name `write` hides here.
  private static func send(_ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(STDOUT_FILENO, bytes, count)
    #else
      Musl.write(STDOUT_FILENO, bytes, count)
    #endif
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// Whether somebody pressed ctrl-C or asked the process to end.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// From now on the signals only set the flag; the loop stops the robot itself.
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
    }
  }
}
