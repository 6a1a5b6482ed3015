// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LinuxBuses
import Quantities
import Runtime
import Safety
import Threads

/// A robot on real chips: the same loop as in simulation, on threads of its own, and without a
/// judge who knows the truth.
///
/// It is disarmed until asked to arm, and whatever ends the run ends it with the outputs off.
final class HardwareRun {
  let board: BoardDescription
  /// Until `begin`; from then on it is its thread's.
  let loop: ControlLoop
  /// What the kernel refused, so that ticks may be late.
  private(set) var notes: [String] = []
  private var robot: LoopThread?
  /// How often the loop is looked at: as often as the eye and the service manager want.
  private static let lookPeriod = Interval(nanoseconds: 10_000_000)
  private let clock = MonotonicClock()

  /// - Parameters:
  ///   - imuBins: what the mind's model was trained with.
  ///   - calibration: of this robot; nil where it was never calibrated.
  ///   - guarded: the outputs that a guard lets through; nil where there is no guard.
  ///   - recording: what keeps the run; nil where nobody asked. `hardware` is its own then.
  init(
    board: BoardDescription, hardware: any Hardware, mind: any Mind, imuBins: Int,
    calibration: Calibration?, guarded: GuardedOutputs? = nil, recording: FlightRecording? = nil
  ) throws {
    self.board = board
    if guarded != nil { try board.requireStoppable() }
    let hardware: any Hardware =
      guarded.map { GuardedHardware(hardware, board: board, outputs: $0) } ?? hardware
    let thread = try MindThread(
      recording?.mind(mind) ?? mind, board: board, imuBins: imuBins, clock: MonotonicClock())
    loop = ControlLoop(
      board: board, body: try board.body(on: hardware), seat: recording?.seat(thread) ?? thread,
      calibration: calibration?.perceived, servoEnds: calibration?.servos ?? [],
      imuBins: imuBins, guarded: guarded)
    recording?.follow(loop)
    if let refusal = thread.refusal { notes.append(refusal.description) }
  }

  /// What a robot that has just started may still lack.
  private static let comesByItself = RefusalSet([
    .noImu, .staleImu, .noFrame, .staleFrame, .guardStopped, .staleGrid, .staleSupply
  ])

  /// Locks memory and gives the started loop its thread.
  ///
  /// - Parameters:
  ///   - console: served in that thread after each tick.
  ///   - onBegin: done in that thread before the first tick.
  func begin(
    console: ConsoleLink? = nil, onBegin: @escaping @Sendable () -> Void = {}
  ) throws {
    let unlocked = RealTime.lockUsedMemory()
    if unlocked != 0 {
      notes.append(
        "memory is not locked (errno \(unlocked)): where it is short, ticks wait for the disk. "
          + "Raise LimitMEMLOCK of the service, or `ulimit -l`.")
    }
    let robot = try LoopThread(loop, console: console, onBegin: onBegin)
    if let refusal = robot.refusal { notes.append(refusal.description) }
    self.robot = robot
  }

  /// Looks on until `isOver`, having it armed as soon as nothing speaks against it where that is
  /// asked; how it stood at the end, before it was disarmed.
  ///
  /// - Throws: `RunError.notArmed` when something still speaks against it after `patienceS`.
  func drive(
    arms: Bool, patienceS: Double = 5, onTick: (TickRecord) -> Void,
    onLook: (LoopStatus) -> Void, isOver: (LoopStatus, LoopThread) -> Bool
  ) throws -> LoopStatus {
    guard let robot else { preconditionFailure("the run has begun") }
    defer {
      if !robot.end() {
        complain("umwelt: the loop does not end; outputs are off only where a guard holds them")
      }
    }
    let begin = clock.now
    var question = arms ? robot.ask(.arm) : nil
    /// Later ticks are those of a robot that was armed.
    var armedAfterTick: Int?
    var status = robot.status
    while true {
      clock.sleep(until: clock.now + Self.lookPeriod)
      status = robot.status
      while let tick = robot.nextTick() { onTick(tick) }
      onLook(status)
      if isOver(status, robot) { break }
      switch question?.answer {
      case nil, .impossible: break
      case .done: (question, armedAfterTick) = (nil, status.ticks)
      case .refused(let refusals):
        // What only has to begin is waited for; the rest would have it start when nobody expects.
        let isSoon = refusals.isSubset(of: Self.comesByItself)
        guard isSoon, (clock.now - begin).seconds < patienceS else {
          throw RunError.notArmed(refusals.all.map(\.description) + Self.guardWords(status))
        }
        question = robot.ask(.arm)
      }
      if let armedAfterTick, status.ticks > armedAfterTick,
        status.state.isStopped || status.state == .disarmed
      {
        break
      }
    }
    return status
  }

  /// Ticks that nobody counted, because this process had no time to look.
  var ticksLost: Int { robot?.ticksLost ?? 0 }

  /// Processor time of the loop's thread, s.
  var cpuTimeS: Double? { robot?.cpuTimeS }

  /// What the guard says of the outputs, where it does not let them through.
  static func guardWords(_ status: LoopStatus) -> [String] {
    status.guardTrouble.map { [$0.description] } ?? []
  }
}
