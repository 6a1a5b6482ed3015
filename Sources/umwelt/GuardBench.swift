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

/// A machine, a guard and a runtime, each a process of its own, and what becomes of the outputs
/// when one of them is lost.
final class GuardBench {
  /// How long the outputs may take to be safe before that is "never".
  static let patienceS = 5.0
  /// How long a runtime may take from its start until it drives.
  static let startS = 30.0

  private let board: BoardDescription
  private let boardArguments: [String]
  private let runArguments: [String]
  private let folder: String
  private let clock = MonotonicClock()
  private var random: SeededGenerator

  /// - Parameter arguments: what else `umwelt run` is told.
  init(_ place: BoardOption, seed: UInt64, arguments: [String]) throws {
    board = try place.loadSimulated()
    boardArguments = ["--board", place.board, "--boards", place.boards]
    runArguments = arguments
    random = SeededGenerator(seed: seed, stream: "guard bench")
    folder = try Self.makeFolder()
  }

  deinit {
    clear()
    rmdir(folder)
  }

  /// How often a robot stopped before anything was taken away: the computer was too busy for it.
  private(set) var spoiled = 0

  /// As `loseOnce`, again where the robot stopped too early.
  func lose(_ loss: Loss) throws -> Double? {
    for _ in 0..<10 {
      do { return try loseOnce(loss) } catch {
        guard case GuardBenchError.notDriving = error else { throw error }
        spoiled += 1
      }
    }
    throw GuardBenchError.notDriving(log)
  }

  /// Starts all three, lets the robot drive and takes `loss` away; milliseconds until the outputs
  /// are safe, nil for never. A new machine each time: the robot stands still, as its gyro wants.
  private func loseOnce(_ loss: Loss) throws -> Double? {
    clear()
    let machineProcess = try start(
      "umwelt", ["sim", "machine", "--socket", path("machine")] + boardArguments)
    defer { machineProcess.end() }
    let machine = try eventually { try SocketHardware(path("machine"), clock: clock) }
    let guardProcess = try start(
      "umwelt-guard",
      board.guardArguments(memory: path("words"))
        + ["--machine", path("machine"), "--record", folder])
    defer { guardProcess.end() }
    _ = try eventually { try SharedGuardLink(path("words")) }
    let run = try start(
      "umwelt",
      ["run", "--machine", path("machine"), "--guard", path("words"), "--arm", "--drill"]
        + boardArguments + runArguments)
    defer { run.end() }
    try waitUntilDriving(run, machine)
    sleep(seconds: random.uniform(0.1...1.1))
    guard try !machine.standing().isSafe else { throw GuardBenchError.notDriving(log) }
    let begin = clock.now
    switch loss {
    case .kill: run.signal(SIGKILL)
    case .stop: run.signal(SIGSTOP)
    case .hang: run.signal(Drill.hangs)
    case .loop: run.signal(Drill.loops)
    case .guard: guardProcess.signal(SIGKILL)
    case .freeze: guardProcess.signal(SIGSTOP)
    }
    let tookMs = try waitUntilSafe(machine, since: begin)
    if loss == .guard || loss == .freeze { try waitUntilGivenUp(run) }
    return tookMs
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private func start(_ name: String, _ arguments: [String]) throws(ChildError) -> ChildProcess {
    try ChildProcess(name, arguments, errors: path("log"))
  }

  private func clear() {
    for name in ["machine", "log", "words", "guard.record", "guard.record.next"] {
      unlink(path(name))
    }
  }

  private func waitUntilDriving(_ run: ChildProcess, _ machine: SocketHardware) throws {
    let end = clock.now + Interval(seconds: Self.startS)
    while try machine.standing().isSafe {
      guard run.ended() == nil, clock.now < end else { throw GuardBenchError.notDriving(log) }
      sleep(seconds: 0.005)
    }
  }

  private func waitUntilSafe(
    _ machine: SocketHardware, since begin: Instant
  ) throws -> Double? {
    let end = clock.now + Interval(seconds: Self.patienceS)
    while clock.now < end {
      let standing = try machine.standing()
      if standing.isSafe { return (standing.since - begin).milliseconds }
      sleep(seconds: 0.002)
    }
    return nil
  }

  /// A runtime whose guard is gone must stop by itself.
  private func waitUntilGivenUp(_ run: ChildProcess) throws {
    let end = clock.now + Interval(seconds: Self.patienceS)
    while run.ended() == nil {
      guard clock.now < end else { throw GuardBenchError.goesOn }
      sleep(seconds: 0.005)
    }
    if run.ended() == 0 { throw GuardBenchError.goesOn }
  }

  private func sleep(seconds: Double) { clock.sleep(until: clock.now + Interval(seconds: seconds)) }

  /// The last words of those that were started.
  private var log: String {
    do throws(FileError) {
      return String(
        decoding: try FileBytes.read(path("log"), limit: 1 << 20).suffix(2000), as: UTF8.self)
    } catch { return "" }
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

/// What a bench found before it could measure.
enum GuardBenchError: Error, CustomStringConvertible {
  case notDriving(String)
  case goesOn

  var description: String {
    switch self {
    case .notDriving(let log): "the runtime did not drive:\n" + log
    case .goesOn: "the runtime goes on although its guard is gone."
    }
  }
}
