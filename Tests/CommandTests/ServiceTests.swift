// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt run` under a service manager, which is a socket here, and the units that start it.
@Suite("As a service")
struct ServiceTests {
  private let folder = TemporaryFolder()

  /// A datagram socket at this path; nothing on it is waited for.
  private func listen(_ path: String) throws -> Int32 {
    #if canImport(Glibc)
      let kind = Int32(SOCK_DGRAM.rawValue)
    #else
      let kind = SOCK_DGRAM
    #endif
    let file = socket(AF_UNIX, kind, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
    return file
  }

  private func notices(_ file: Int32) -> [String] {
    var found: [String] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(file, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      if count < 0 { return found }
      found.append(String(decoding: bytes[..<count], as: UTF8.self))
    }
  }

  @Test("A run tells when it is ready, what it does, that it lives, and that it ends")
  func run() throws {
    let path = folder.path + "/notify"
    let manager = try listen(path)
    defer { close(manager) }
    let result = try Command.shell(
      "export NOTIFY_SOCKET=\(path) WATCHDOG_USEC=120000000; umwelt run --planner noop "
        + "--lockstep --seconds 1 --boards \(Repository.boards) --json")
    #expect(result.code == 0 || result.code == 1, "\(result.errors)")
    #expect(
      notices(manager) == [
        "READY=1\n", "WATCHDOG=1\n", "STATUS=sim-rover: armed\n", "STOPPING=1\n"
      ])
  }

  @Test("The report is the same with and without a manager")
  func sameReport() throws {
    let path = folder.path + "/notify"
    let manager = try listen(path)
    defer { close(manager) }
    let run =
      "umwelt run --planner oracle --lockstep --seconds 2 --boards \(Repository.boards) --json"
    let alone = try Command.shell(run)
    let watched = try Command.shell("export NOTIFY_SOCKET=\(path); \(run)")
    #expect(!alone.output.isEmpty)
    #expect(alone.output == watched.output)
  }

  @Test("A real robot does not arm itself under a manager")
  func arm() throws {
    let result = try Command.shell(
      "export NOTIFY_SOCKET=\(folder.path)/notify; "
        + "umwelt run --board pi5-rover --boards \(Repository.boards) --arm")
    #expect(result.code == 2)
    #expect(result.errors.contains("started by itself stays disarmed"))
    #expect(result.errors.contains("Take --arm out of UMWELT_OPTIONS"))
  }

  private static let units: String = {
    let root = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return root.joined(separator: "/") + "/tools/systemd"
  }()

  private func text(_ name: String) throws -> String {
    let data = try #require(FileManager.default.contents(atPath: "\(Self.units)/\(name)"))
    return String(decoding: data, as: UTF8.self)
  }

  @Test("The unit's command has no option that umwelt lacks, and does not arm")
  func options() throws {
    let unit = try text("umwelt.service").replacing("\\\n", with: "")
    let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
    let words = line.split(separator: " ").map(String.init)
    let help = try Command.run("run", "--help").output
    #expect(words.starts(with: ["ExecStart=/usr/bin/umwelt", "run", "--board"]))
    #expect(!words.contains("--arm"))
    #expect(words.contains("--guard"))
    // The guard's own branch brings its option.
    for word in words where word.hasPrefix("--") && word != "--guard" {
      #expect(help.contains(word + " <"), "\(word)")
    }
  }

  @Test("What a settings file must have is in the example")
  func settings() throws {
    let example = try text("umwelt.env")
    for unit in ["umwelt.service", "umwelt-guard.service"] {
      for match in try text(unit).matches(of: /\$\{?(UMWELT_[A-Z]+)/) {
        #expect(example.contains("\n\(match.1)="), "\(unit): \(match.1)")
      }
    }
    #expect(!example.split(separator: "\n").contains { !$0.hasPrefix("#") && $0.contains("--arm") })
  }

  @Test("The udev rules that the doctor prints are the file's")
  func udevRules() throws {
    let result = try Command.run("doctor", "--udev-rules")
    #expect(result.code == 0)
    let rules = try text("60-umwelt.rules")  // Swift 6.0.3 does not try inside #expect
    #expect(result.output == rules)
  }
}
