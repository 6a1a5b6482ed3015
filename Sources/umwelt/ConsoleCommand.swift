// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buses
import LinuxBuses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt console`: a terminal on the console of a running robot.
struct ConsoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Talk to a running robot: status, arm, tune, stop.",
    discussion: """
      The robot runs with `umwelt run --console PLACE`. Ctrl-X stops it at any time, ctrl-] leaves.
      Any other terminal program does as well: picocom -b 115200 /dev/ttyUSB0
      """)

  /// Where umwelt.service has it.
  static let usualSocket = "/run/umwelt/console"

  @Option(help: "A serial port, e.g. /dev/ttyUSB0.") var port: String?
  @Option(help: "The port's speed.") var baud = LineServer.Place.usualBaud
  @Option(help: "The socket that the robot serves.") var socket = usualSocket
  @Option(help: "Do this on another computer, over ssh.") var ssh: String?
  @Flag(help: "A command a line from standard input, an answer of JSON a line to standard output.")
  var json = false

  func run() throws {
    if let ssh { try become(["ssh", json ? "-T" : "-t", ssh, remoteLine]) }
    let line: any SerialPort & WaitedFile =
      if let port { try LinuxHardware().serialPort(port, baud: baud) } else {
        try StreamSocket(socket)
      }
    if json {
      try ConsoleScript(line).run()
    } else {
      try ConsoleTerminal(line).run()
    }
  }

  /// The same on the other computer; a shell takes it apart there.
  private var remoteLine: String {
    let place = port.map { "--port \(quoted($0)) --baud \(baud)" } ?? "--socket \(quoted(socket))"
    return "umwelt console \(place)\(json ? " --json" : "")"
  }

  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
      + "'"
  }

  /// Another program in this one's place; returns only where that cannot be.
  private func become(_ words: [String]) throws {
    var list = words.map { strdup($0) } + [nil]
    execvp(words[0], &list)
    throw ValidationError("--ssh: there is no program 'ssh' here. Install openssh-client.")
  }
}

/// Standard input as something to wait for.
final class StandardInput: WaitedFile {
  let fileNumber = STDIN_FILENO

  /// What can be read now; empty at its end. Waits where nothing is there.
  func read(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: reads at most what `bytes` holds.
    let got = bytes.withUnsafeMutableBytes { take($0.baseAddress, $0.count) }
    return Array(bytes.prefix(max(0, got)))
  }

  /// Whether a read would not wait.
  var isReady: Bool {
    var wait = pollfd(fd: fileNumber, events: Int16(POLLIN), revents: 0)
    // SAFETY: `wait` outlives the call.
    return poll(&wait, 1, 0) > 0
  }

  /// The C function, whose name `read` hides here.
  private func take(_ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(fileNumber, bytes, count)
    #else
      Musl.read(fileNumber, bytes, count)
    #endif
  }
}

extension SerialPort {
  /// What has arrived.
  func received() throws(SerialError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var result = Result<Int, SerialError>.success(0)
    bytes.withUnsafeMutableBytes { buffer in
      do throws(SerialError) { result = .success(try read(into: buffer)) } catch {
        result = .failure(error)
      }
    }
    return Array(bytes.prefix(try result.get()))
  }

  /// Sends as much as goes now; what is left.
  func sending(_ bytes: [UInt8]) throws(SerialError) -> [UInt8] {
    var result = Result<Int, SerialError>.success(0)
    bytes.withUnsafeBytes { buffer in
      do throws(SerialError) { result = .success(try write(buffer)) } catch {
        result = .failure(error)
      }
    }
    return Array(bytes.dropFirst(try result.get()))
  }
}
