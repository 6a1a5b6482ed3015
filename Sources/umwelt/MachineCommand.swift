// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import LinuxBuses
import Quantities
import Simulation
import SocketBuses
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt sim machine`: the simulated chips in a process of their own, in real time.
struct MachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Simulated chips behind a socket, for umwelt run and umwelt-guard to share.",
    discussion: """
      It says when the outputs became safe and when they are so no more, as JSON, one object a \
      line. Times are CLOCK_MONOTONIC.
      """)

  /// Above the guard's, 80: what it talks to must not keep it waiting.
  private static let priority: Int32 = 85

  @OptionGroup var place: BoardOption
  @Option(help: "The socket to make.") var socket: String
  @Option(help: "How hard the task is: easy, medium or hard.") var task = Level.medium
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "Write what it says to this file instead.") var report: String?

  func run() throws {
    let board = try place.loadSimulated()
    let host = try MachineHost(board: board, level: task, seed: seed)
    Interruption.watch()
    let server = try MachineServer(host, path: socket, clock: MonotonicClock())
    let log = try report.map { try LineFile($0) }
    server.onChange = { standing in
      if !standing.isSafe { host.isDriven() }
      let line = standing.json
      if let log { log.write(line) } else { Terminal.write(line + "\n") }
    }
    // Chips wait for no scheduler. Where that is not allowed, times are the computer's as well.
    _ = RealTime.takePriority(Self.priority)
    complain("umwelt: \(board.name) stands at \(socket)")
    while !Interruption.isRequested {
      server.step()
      host.letGoInTime()
    }
  }
}

/// A simulated robot for others to use.
final class MachineHost: ServedMachine {
  private let machine: SimulatedMachine
  private let world: any World
  private var letGoRateRadS: Double?
  /// When the hand that holds a balancing robot lets go.
  private var letsGoAt: Instant?

  init(board: BoardDescription, level: Level, seed: UInt64) throws {
    guard case .simulated(let kind) = board.machine else {
      throw RunError.notSimulated(board.name)
    }
    switch kind {
    case .rover:
      let task = RoverTask(level: level, room: SimulatedRun.room, seed: seed)
      world = RoverWorld(room: SimulatedRun.room, start: task.start, seed: seed)
    case .balance:
      let task = BalanceTask(level: level, seed: seed)
      world = BalanceWorld(tiltRad: task.tiltRad, seed: seed)
      letGoRateRadS = task.tiltRateRadS
    }
    machine = SimulatedMachine(
      world: world, wiring: MachineWiring(board), seed: seed, pace: .realTime)
  }

  var hardware: any Hardware { machine }
  var isSafe: Bool { machine.isSafe }
  func release(line: String) { machine.release(line: line) }

  /// The hand that holds a balancing robot waits until the mind has a past to see with.
  func isDriven() {
    letsGoAt = letsGoAt ?? machine.clock.now + Interval(seconds: BalanceJudge.memoryS)
  }

  /// Lets go, once, when it is time.
  func letGoInTime() {
    guard let rate = letGoRateRadS, let letsGoAt, machine.clock.now >= letsGoAt else { return }
    (world as? BalanceWorld)?.release(tiltRateRadS: rate)
    letGoRateRadS = nil
  }
}

extension MachineStanding {
  var json: String {
    var object = JSONObject()
    object.add("at_ns", since.nanoseconds)
    object.add("safe", isSafe)
    object.add("changes", changes)
    object.add("resets", resets)
    return object.text
  }
}

/// A file that grows by lines, each of which is in it at once.
final class LineFile {
  private let file: Int32

  init(_ path: String) throws(FileNotMade) {
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    if file < 0 { throw FileNotMade(path: path, errno: errno) }
  }

  deinit { close(file) }

  func write(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // SAFETY: `bytes` outlives the call. A line that does not get there is missing in the file.
    #if canImport(Glibc)
      bytes.withUnsafeBytes { _ = Glibc.write(file, $0.baseAddress, $0.count) }
    #else
      bytes.withUnsafeBytes { _ = Musl.write(file, $0.baseAddress, $0.count) }
    #endif
  }
}

/// A file cannot be made.
struct FileNotMade: Error, CustomStringConvertible {
  let path: String
  let errno: Int32

  var description: String {
    "\(path): cannot be made (errno \(errno)). Give a path in a folder that is yours."
  }
}
