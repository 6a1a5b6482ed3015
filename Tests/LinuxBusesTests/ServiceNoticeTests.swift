// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import LinuxBuses
import Quantities
import Testing

/// A service manager's socket: a real one, on which nothing is waited for.
final class ManagerSocket {
  let name: String
  private let file: Int32

  /// - Parameter name: a path, or an abstract name after "@".
  init(_ name: String) throws {
    self.name = name
    file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, length) }
    }
    try #require(result == 0, "\(name): \(String(cString: strerror(errno)))")
  }

  deinit { close(file) }

  /// What came since the last look, each datagram for itself.
  var notices: [String] {
    var found: [String] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(file, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      if count < 0 { return found }
      found.append(String(decoding: bytes[..<count], as: UTF8.self))
    }
  }
}

@Suite("Notices to the service manager")
struct ServiceNoticeTests {
  let machine = TemporaryMachine()
  let process: Int32 = 4321

  private func socket() throws -> ManagerSocket { try ManagerSocket(machine.root + "/notify") }

  private func make(_ variables: [String: String]) -> ServiceNotice? {
    ServiceNotice(variable: { variables[$0] }, process: process)
  }

  private func at(_ seconds: Double) -> Instant { .zero + Interval(seconds: seconds) }

  @Test("Without a manager there is nothing to tell")
  func none() {
    #expect(make([:]) == nil)
    #expect(make(["WATCHDOG_USEC": "1000000"]) == nil)
  }

  @Test(
    "A socket that cannot be reached is none",
    arguments: ["", "/", "@", "notify", "/nowhere/notify", "@umwelt-nobody-listens"])
  func unreachable(path: String) { #expect(make(["NOTIFY_SOCKET": path]) == nil) }

  @Test("A path longer than a socket's may be is refused, and says so")
  func long() {
    let path = "/" + String(repeating: "x", count: 200)
    #expect(umwelt_notice_open(path) == -ENAMETOOLONG)
    #expect(umwelt_notice_open("relative") == -EINVAL)
    #expect(make(["NOTIFY_SOCKET": path]) == nil)
  }

  @Test("Ready, state and end are told in systemd's words", arguments: [false, true])
  func words(isAbstract: Bool) throws {
    let name = isAbstract ? "@umwelt-test-\(getpid())-\(machine.root)" : machine.root + "/notify"
    let manager = try ManagerSocket(name)
    let notice = try #require(make(["NOTIFY_SOCKET": name]))
    notice.ready()
    notice.status("rover: armed")
    notice.stopping()
    #expect(manager.notices == ["READY=1\n", "STATUS=rover: armed\n", "STOPPING=1\n"])
  }

  @Test("A state is told when it changes, in one line whatever it contains")
  func status() throws {
    let manager = try socket()
    let notice = try #require(make(["NOTIFY_SOCKET": manager.name]))
    for line in ["a", "a", "b", "b\nREADY=1\r\nx", "a"] { notice.status(line) }
    #expect(
      manager.notices
        == ["STATUS=a\n", "STATUS=b\n", "STATUS=b READY=1 x\n", "STATUS=a\n"])
  }

  @Test("Life is told at half of the manager's time, by ticks alone")
  func watchdog() throws {
    let manager = try socket()
    let variables = [
      "NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "4321"
    ]
    let notice = try #require(make(variables))
    #expect(notice.watchdogPeriod == Interval(seconds: 1))
    var told: [Int] = []
    for tick in 0..<350 {
      notice.ticked(now: at(Double(tick) / 100))
      for text in manager.notices {
        #expect(text == "WATCHDOG=1\n")
        told.append(tick)
      }
    }
    #expect(told == [0, 100, 200, 300])
  }

  @Test("A loop that hangs is not kept alive")
  func hang() throws {
    let manager = try socket()
    let notice = try #require(
      make(["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "2000000"]))
    notice.ticked(now: at(0))
    _ = manager.notices
    notice.status("still here")
    #expect(manager.notices == ["STATUS=still here\n"])
    notice.ticked(now: at(60))
    #expect(manager.notices == ["WATCHDOG=1\n"])
  }

  @Test(
    "Without a time of the manager's, or with another process's, no life is told",
    arguments: [
      [:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "soon"], ["WATCHDOG_USEC": "-5"],
      ["WATCHDOG_USEC": "9223372036854775807"],
      ["WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "1"],
      ["WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "x"]
    ])
  func noWatchdog(variables: [String: String]) throws {
    let manager = try socket()
    let all = variables.merging(["NOTIFY_SOCKET": manager.name]) { $1 }
    let notice = try #require(make(all))
    #expect(notice.watchdogPeriod == nil)
    notice.ticked(now: at(0))
    #expect(manager.notices.isEmpty)
  }

  @Test("A manager that does not keep up, or is gone, holds up nothing")
  func deaf() throws {
    var manager: ManagerSocket? = try socket()
    let name = try #require(manager?.name)
    let notice = try #require(make(["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2"]))
    let begin = MonotonicClock().now
    for tick in 0..<10_000 { notice.ticked(now: at(Double(tick))) }
    #expect((MonotonicClock().now - begin).seconds < 5)
    #expect((manager?.notices.count ?? 0) > 0)
    manager = nil
    notice.ticked(now: at(20_000))
    notice.stopping()
    let file = umwelt_notice_open(name)
    #expect(file == -ECONNREFUSED)
  }
}
