// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Codecs
import LinuxBuses
import Quantities
import SocketBuses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is done to a robot that drives.
enum Loss: String, CaseIterable {
  /// The runtime is gone at once: SIGKILL.
  case kill
  /// It stands still and lives: SIGSTOP.
  case stop
  /// Its loop waits for ever.
  case hang
  /// Its loop runs in a circle for ever.
  case loop
  /// The guard itself is gone: SIGKILL. The pulls of its lines must do it.
  case `guard`
  /// The guard stands still and lives: SIGSTOP. Its lines stay, the runtime must do it.
  case freeze
}

/// A machine, a guard and a runtime, each a process of its own, that share a folder.
///
/// A new machine for each: the robot stands still at first, as its gyro wants.
final class GuardedRobot {
  /// How long a process may take until it is ready, and a runtime until it drives.
  static let startS = 30.0

  let clock = MonotonicClock()
  private let board: BoardDescription
  private let folder: String
  private var processes: [ChildProcess] = []
  private var machine: SocketHardware?
  private(set) var runtime: ChildProcess?
  private(set) var `guard`: ChildProcess?

  init(_ board: BoardDescription) throws {
    self.board = board
    folder = try Self.makeFolder()
  }

  deinit {
    for process in processes { process.end() }
    for name in ["machine", "log", "words", "guard.record", "guard.record.next"] {
      unlink(path(name))
    }
    rmdir(folder)
  }

  /// Starts all three and returns when the robot drives.
  /// - Parameter arguments: what `umwelt run` is told besides.
  func start(boardArguments: [String], arguments: [String]) throws {
    try start("umwelt", ["sim", "machine", "--socket", path("machine")] + boardArguments)
    let machine = try eventually { try SocketHardware(path("machine"), clock: clock) }
    self.machine = machine
    `guard` = try start(
      "umwelt-guard",
      board.guardArguments(memory: path("words"))
        + ["--machine", path("machine"), "--record", folder])
    _ = try eventually { try SharedGuardLink(path("words")) }
    let runtime = try start(
      "umwelt",
      ["run", "--machine", path("machine"), "--guard", path("words"), "--arm", "--drill"]
        + boardArguments + arguments)
    self.runtime = runtime
    let end = clock.now + Interval(seconds: Self.startS)
    while try machine.standing().isSafe {
      guard runtime.ended() == nil, clock.now < end else { throw GuardBenchError.notDriving(log) }
      sleep(seconds: 0.005)
    }
  }

  /// Takes one of its processes away.
  func lose(_ loss: Loss) {
    switch loss {
    case .kill: runtime?.signal(SIGKILL)
    case .stop: runtime?.signal(SIGSTOP)
    case .hang: runtime?.signal(Drill.hangs)
    case .loop: runtime?.signal(Drill.loops)
    case .guard: `guard`?.signal(SIGKILL)
    case .freeze: `guard`?.signal(SIGSTOP)
    }
  }

  /// Whether the outputs are safe, and since when.
  func standing() throws -> MachineStanding {
    guard let machine else { preconditionFailure("it has been started") }
    return try machine.standing()
  }

  func sleep(seconds: Double) { clock.sleep(until: clock.now + Interval(seconds: seconds)) }

  /// The last words of those that were started.
  var log: String {
    do throws(FileError) {
      return String(
        decoding: try FileBytes.read(path("log"), limit: 1 << 20).suffix(2000), as: UTF8.self)
    } catch { return "" }
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  @discardableResult
  private func start(_ name: String, _ arguments: [String]) throws(ChildError) -> ChildProcess {
    let process = try ChildProcess(name, arguments, errors: path("log"))
    processes.append(process)
    return process
  }

  private static func makeFolder() throws(FileNotMade) -> String {
    var template = Array("/tmp/umwelt-guard-XXXXXX".utf8CString)
    // SAFETY: the template ends in NUL and is filled in place.
    let made = template
      .withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    guard let made else { throw FileNotMade(path: "/tmp", errno: errno) }
    return String(cString: made)
  }

  /// What works as soon as another process is ready.
  private func eventually<Thing>(_ make: () throws -> Thing) throws -> Thing {
    let end = clock.now + Interval(seconds: Self.startS)
    while true {
      do { return try make() } catch { if clock.now >= end { throw error } }
      sleep(seconds: 0.005)
    }
  }
}
