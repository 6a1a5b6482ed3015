// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities
import Runtime
import Safety
import Simulation
import Twin

/// A board of this repository on simulated chips, with a mind and the true loop.
package final class Rig {
  package let board: BoardDescription
  package let world: any World
  package let machine: SimulatedMachine
  package let loop: ControlLoop

  /// - Parameters:
  ///   - imu: another IMU than the board's.
  ///   - world: another world than the board's.
  ///   - disguise: other hardware in front of the machine.
  ///   - change: what is otherwise on this board.
  package init(
    _ name: BoardName, mind: any Mind, seed: UInt64 = 1, imu: InertialChip? = nil,
    world: (any World)? = nil, imuBins: Int = 2,
    disguise: (SimulatedMachine) -> any Hardware = { $0 },
    change: (inout BoardDescription) -> Void = { _ in }
  ) throws {
    var board = try name.load()
    if let imu { board.imu.use(imu) }
    change(&board)
    self.board = board
    self.world = world ?? name.world(seed: seed)
    machine = SimulatedMachine(
      world: self.world, wiring: MachineWiring(board), seed: seed, pace: .lockstep)
    loop = ControlLoop(
      board: board,
      body: try Body(
        board: board, hardware: disguise(machine), imuFirmware: BoardDescription.IMU.firmware,
        gridFirmware: board.simulatedFirmware),
      mind: mind, imuBins: imuBins)
  }

  package var now: Instant { loop.body.clock.now }

  /// Seconds of one gate tick.
  package var periodS: Double { 1 / board.rates.gateHz }

  /// Started and armed; the hand that holds a balancing robot lets go.
  package func go() throws {
    try loop.start()
    let refusals = loop.arm()
    guard refusals.isEmpty else { throw NotArmed(refusals: refusals) }
    (world as? BalanceWorld)?.release(tiltRateRadS: 0)
  }

  /// Why it does not start; nil when it does.
  package func startError() -> StartError? {
    do throws(StartError) {
      try loop.start()
      return nil
    } catch { return error }
  }

  /// Ticks for this long; what the loop does in between is up to `each`.
  package func run(_ seconds: Double, each: () throws -> Void) rethrows {
    let end = now + Interval(seconds: seconds)
    while now < end {
      loop.tick()
      try each()
    }
  }

  package func run(_ seconds: Double) { run(seconds) {} }

  /// Ticks until the mind has decided once more; whether it did within ten seconds.
  package func decides() -> Bool {
    let end = now + Interval(seconds: 10)
    while now < end { if loop.tick() { return true } }
    return false
  }

  /// No motor is given a voltage.
  package var isIdle: Bool { [machine.drives.left, machine.drives.right].allSatisfy(\.isIdle) }

  /// No motor is given even a short circuit: the bridge sleeps.
  package var isAsleep: Bool { machine.drives == (.coasting, .coasting) }

  /// Whether no motor is given a voltage in any tick of this long.
  package func staysIdle(_ seconds: Double) -> Bool {
    var isIdleThroughout = isIdle
    run(seconds) { isIdleThroughout = isIdleThroughout && isIdle }
    return isIdleThroughout
  }

  /// Whether the bridge sleeps in every tick of this long.
  package func staysAsleep(_ seconds: Double) -> Bool {
    var isAsleepThroughout = isAsleep
    run(seconds) { isAsleepThroughout = isAsleepThroughout && isAsleep }
    return isAsleepThroughout
  }

  /// The fastest that anything driven truly moves, m/s.
  package var speedMS: Double {
    if let rover = world as? RoverWorld { return max(abs(rover.truth[3]), abs(rover.truth[4])) }
    return abs(world.truth[3])
  }

  /// Why the gate stopped; nil while it has not.
  package var stopReason: Refusal? {
    loop.gate.state.isStopped ? loop.gate.state.reason : nil
  }
}

/// A failed expectation prints a line, not every pixel of the camera.
extension Rig: CustomReflectable, CustomStringConvertible {
  package var customMirror: Mirror { Mirror(self, children: [:]) }
  package var description: String { "\(board.name) at \(now.seconds) s, \(loop.gate.state)" }
}

/// The gate would not arm.
package struct NotArmed: Error { package var refusals: [Refusal] }

extension MotorDrive {
  /// Open terminals or the brake.
  package var isIdle: Bool { self == .coasting || self == .driven(0) }
}
