// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
  @preconcurrency import Glibc  // for `stdout`, a variable that nobody sets
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

  /// Whether something printed did not reach standard output: a full disk, a closed descriptor.
  static var hasLostOutput: Bool { fflush(stdout) != 0 || ferror(stdout) != 0 }

  /// Opens what the caller closed of the three standard descriptors, so that no file or device
  /// opened later gets the number of standard output. Reading gives nothing, writing fails.
  static func holdStandardDescriptors() {
    var file: Int32
    repeat { file = open("/dev/null", O_RDONLY) } while (0...2).contains(file)
    if file > 2 { close(file) }
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
  ///
  /// Those that would hold the process (ctrl-Z, a terminal that is asked from the background) or
  /// end it (ctrl-\, a pipe whose reader is gone) would leave the motors at their last command.
  static func watch() {
    // Whoever started this may have blocked them, which is inherited.
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [
      SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2
    ] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
      sigaddset(&heard, number)
    }
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }
}
