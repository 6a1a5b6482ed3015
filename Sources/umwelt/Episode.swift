// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Runtime
import Safety
import Simulation
import Twin

/// One episode of exploration, recorded decision by decision.
///
/// What the robot could not sense (`truth`, `upright`) is kept for reports and to leave out falls,
/// never to train on.
final class Episode {
  /// Largest tilt at the start and tilt rate at release.
  static let tiltRad = 0.35
  static let releaseRadS = 1.4
  static let truthWidth = 5
  static let odometryWidth = 3
  static let tiltWidth = 3

  /// Rover only. Shape: [steps, height, width, 3].
  private(set) var frames: [UInt8] = []
  /// Shape: [steps, bins, 6].
  private(set) var imu: [Float] = []
  /// Shape: [steps, actions].
  private(set) var actions: [Float] = []
  /// Rover only: x m, y m, heading rad. Shape: [steps, 3].
  private(set) var odometry: [Float] = []
  /// Balance only: tilt rad, tilt rate rad/s, wheel speed m/s. Shape: [steps, 3].
  private(set) var tilt: [Float] = []
  /// Shape: [steps, 5].
  private(set) var truth: [Float] = []
  /// Balance only: 1 until it falls. Shape: [steps].
  private(set) var upright: [UInt8] = []
  private(set) var steps = 0

  private let seed: UInt64
  private let world: any World
  /// The loop holds its parts, but not the machine that moves them.
  private let machine: SimulatedMachine
  private let loop: ControlLoop
  /// Decisions during which the hand holds the balancer.
  private let heldSteps: Int
  private var random: SeededGenerator

  /// Equal parts of a decision period whose IMU means are kept.
  static func bins(_ world: BoardDescription.World) -> Int {
    switch world {
    case .rover: 3
    case .balance: 2
    }
  }

  init(board: BoardDescription, world kind: BoardDescription.World, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: "episode")
    heldSteps = Int((BalanceJudge.memoryS / board.rates.decisionPeriodS).rounded())
    let mind: any Mind
    switch kind {
    case .rover:
      world = RoverWorld(
        room: SimulatedRun.room, start: RoverWorld.randomPose(&random), seed: seed)
      mind = RoverExplorer(seed: seed)
    case .balance:
      world = BalanceWorld(tiltRad: random.uniform(-Self.tiltRad...Self.tiltRad), seed: seed)
      mind = BalanceExplorer(seed: seed, warmUp: heldSteps)
    }
    (self.seed, self.random) = (seed, random)
    machine = SimulatedMachine(
      world: world, wiring: MachineWiring(board), seed: seed, pace: .lockstep)
    loop = ControlLoop(
      board: board, body: try board.body(on: machine), mind: mind,
      imuBins: Self.bins(kind))
  }

  /// Starts the robot and records `count` decisions; after a fall the rest is zeros, not upright.
  func run(steps count: Int) throws {
    try loop.start()
    let refusals = loop.arm()
    guard refusals.isEmpty else { throw RunError.notArmed(refusals.map(\.description)) }
    while steps < count {
      if loop.tick() {
        record()
      } else if loop.gate.state.isStopped, let reason = loop.gate.state.reason {
        guard world is BalanceWorld, reason == .tilted, steps > 0 else {
          throw EpisodeError(seed: seed, step: steps, reason: reason)
        }
        pad(to: count)
      }
    }
  }

  private func record() {
    let perception = loop.perception
    imu += perception.imuMeans
    for index in loop.board.actions.indices {
      actions.append(loop.lastDecision?.action[index] ?? 0)
    }
    for index in 0..<Self.truthWidth { truth.append(Float(world.truth[index])) }
    if let balancer = world as? BalanceWorld {
      record(perception, balancer)
    } else {
      if let frame = perception.frame { frames += frame.pixels }
      let pose = perception.odometry
      odometry += [pose?.xM, pose?.yM, pose?.headingRad].map { Float($0 ?? 0) }
    }
    steps += 1
  }

  private func record(_ perception: Perception, _ balancer: BalanceWorld) {
    let speedMS = perception.odometry?.speedMS ?? 0
    tilt += [perception.attitude.pitchRad, perception.gyroRadS.y, speedMS].map { Float($0) }
    upright.append(balancer.hasFallen ? 0 : 1)
    if steps == heldSteps - 1 {
      balancer.release(tiltRateRadS: random.uniform(-Self.releaseRadS...Self.releaseRadS))
    }
  }

  private func pad(to count: Int) {
    func zeros(like values: [Float]) -> [Float] {
      [Float](repeating: 0, count: values.count / steps * (count - steps))
    }
    imu += zeros(like: imu)
    actions += zeros(like: actions)
    tilt += zeros(like: tilt)
    truth += zeros(like: truth)
    upright += [UInt8](repeating: 0, count: count - steps)
    steps = count
  }
}

/// The gate stopped a robot that was only exploring.
struct EpisodeError: Error, CustomStringConvertible {
  let seed: UInt64
  let step: Int
  let reason: Refusal

  var description: String {
    "episode with seed \(seed): stopped after \(step) decisions: \(reason.description) "
      + "Correct rates and safety in board.yaml and collect again."
  }
}
