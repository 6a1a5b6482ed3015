// SPDX-License-Identifier: Apache-2.0
import Buses
import Console
import Foundation
import KernelHeaders
import LinuxBuses
import Quantities
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension ConsoleSession: LineTalker {}

/// A console with a fake robot that is served on a thread of its own, over real lines.
final class LineRig: Sendable {
  let socket = NSTemporaryDirectory() + "umwelt-console-\(UInt32.random(in: 0 ... .max))"
  private let isOver = Atomic<Bool>(false)
  private let hasBegun = Atomic<Bool>(false)
  private let hasEnded = Atomic<Bool>(false)
  private let stopCount = Atomic<Int>(0)
  private let tickCount = Atomic<Int>(0)

  var stops: Int { stopCount.load(ordering: .relaxed) }
  /// Turns of the server.
  var ticks: Int { tickCount.load(ordering: .relaxed) }

  /// - Parameter serial: paths of serial ports, which need not be there yet.
  init(serial: [String] = []) {
    let thread = Thread { [self] in serve(serial) }
    thread.start()
    while !hasBegun.load(ordering: .acquiring) { usleep(1000) }
  }

  func end() {
    isOver.store(true, ordering: .releasing)
    while !hasEnded.load(ordering: .acquiring) { usleep(1000) }
  }

  private func serve(_ serial: [String]) {
    defer { hasEnded.store(true, ordering: .releasing) }
    do {
      let desk = try Desk()
      let clock = MonotonicClock()
      let server = try LineServer(
        [.socket(path: socket)] + serial.map { .serial(path: $0, baud: 115_200) }, clock: clock,
        meet: { name in
          let session = ConsoleSession(desk.console, name: name)
          session.open()
          return session
        }, part: { _ in })
      hasBegun.store(true, ordering: .releasing)
      while !isOver.load(ordering: .acquiring) {
        desk.robot.work()
        desk.console.step(clock.now)
        server.serve()
        stopCount.store(desk.robot.stops, ordering: .relaxed)
        tickCount.add(1, ordering: .relaxed)
      }
    } catch {
      print("no console: \(error)")
      hasBegun.store(true, ordering: .releasing)
    }
  }
}

/// The other end of a line: what is typed into it, and what comes back.
final class Peer {
  let file: Int32
  /// The path of the pseudo-terminal; empty for a socket.
  let path: String
  private(set) var heard: [UInt8] = []
  private var isOpen = true

  /// A pseudo-terminal.
  init() {
    var (lock, number): (Int32, Int32) = (0, -1)
    file = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
    precondition(ioctl(file, UInt(request_TIOCSPTLCK), &lock) == 0, "no pseudo-terminal")
    precondition(ioctl(file, UInt(request_TIOCGPTN), &number) == 0, "no pseudo-terminal")
    path = "/dev/pts/\(number)"
  }

  /// A connection.
  init?(socket: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socket.utf8.prefix(100)) }
    #if canImport(Glibc)
      file = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #else
      file = Musl.socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    let file = file
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    path = ""
    guard result == 0 else { return nil }
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
  }

  deinit { hangUp() }

  func hangUp() {
    if isOpen { close(file) }
    isOpen = false
  }

  /// Sends all of it, as fast as the line takes it; false when it does not within ten seconds.
  @discardableResult
  func send(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    let end = Date() + 10
    while !rest.isEmpty, Date() < end {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else { listen(milliseconds: 5) }
    }
    return rest.isEmpty
  }

  /// Takes what comes within a time.
  func listen(milliseconds: Int32) {
    var wait = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, milliseconds) > 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(file, &bytes, bytes.count)
    if count > 0 { heard += bytes[..<count] }
    if count <= 0 { usleep(1000) }
  }

  /// Waits for a text; what came before it and with it is forgotten. Nil when it does not come.
  func expect(_ text: String, withinS: Double = 10) -> String? {
    let end = Date() + withinS
    let wanted = Array(text.utf8)
    while Date() < end {
      if let range = heard.firstRange(of: wanted) {
        let before = String(decoding: heard[..<range.upperBound], as: UTF8.self)
        heard.removeSubrange(..<range.upperBound)
        return before
      }
      listen(milliseconds: 20)
    }
    return nil
  }
}
