// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Diagnosis
import LoopFixtures
import Quantities
import Simulation
import Testing
import Twin

/// The simulated machine, asked as a real one is: its faults are found.
@Suite struct ProberTests {
  private static let seed: UInt64 = 1

  private func probe(
    _ faults: (fault: Fault, part: SimulatedMachine.Part)...
  ) throws -> (BoardDescription, Probe, SimulatedMachine) {
    let board = try BoardName.rover.load()
    let machine = SimulatedMachine(
      world: BoardName.rover.world(seed: Self.seed), wiring: MachineWiring(board),
      seed: Self.seed, pace: .lockstep)
    for (fault, part) in faults { try machine.inject(fault, into: part) }
    var facts = MachineFacts()
    facts.i2cAdapters = [.init(number: 1, name: "simulated")]
    let probe = Prober(board: board, facts: facts, hardware: machine).probe()
    return (board, probe, machine)
  }

  private func problems(_ fault: Fault, in part: SimulatedMachine.Part) throws -> [Finding.ID] {
    let (board, probe, _) = try probe((fault, part))
    var facts = MachineFacts()
    facts.i2cAdapters = [.init(number: 1, name: "simulated")]
    facts.time.nowS = 1_750_000_000
    facts.gpioChips = [
      .init(
        label: "simulated",
        lines: [.init(offset: 0, name: "IMU_INT"), .init(offset: 1, name: "MOTOR_STBY")])
    ]
    let fit = ModelFit.measured(planMs: 1, engine: "test", modelBytes: 0)
    let evidence = Evidence(board: board, facts: facts, probe: probe, fit: fit)
    return Doctor.examine(evidence).filter { $0.level > .ok }.map(\.id)
  }

  @Test("a whole machine answers, feels gravity at its rate and sees moving pictures")
  func whole() throws {
    let (board, probe, _) = try probe()
    #expect(probe.answers.count == 2 && probe.refusals.isEmpty)
    let felt = try #require(probe.inertial)
    #expect(felt.failure == nil && !felt.isFrozen)
    #expect(abs(felt.rateHz - board.imu.settings.rateHz) <= 4)
    #expect(felt.edges == felt.samples)
    #expect(abs(felt.forceMS2 - standardGravityMS2) < 0.3 && felt.forceSpreadMS2 < 0.2)
    #expect(felt.turnRadS < 0.2)
    let seen = try #require(probe.camera)
    #expect(seen.failure == nil && seen.frames == 10 && !seen.isFrozen)
    #expect(abs((seen.rateHz ?? 0) - 10) < 0.1)
  }

  @Test("no motor is driven and the bridge sleeps while the doctor looks")
  func still() throws {
    let (_, _, machine) = try probe()
    #expect(machine.drives == (.coasting, .coasting))
    #expect(machine.world.truth[3] == 0 && machine.world.truth[4] == 0)
  }

  @Test(
    "a fault of the simulator has its name",
    arguments: [
      (Fault.ok, SimulatedMachine.Part.imu, [Finding.ID]()),
      (.off, .imu, [.chipAbsent]), (.wrong, .imu, [.chipIsClone]), (.stuck, .imu, [.imuFrozen]),
      (.garbage, .imu, [.imuNotAtRest]), (.off, .pwm, [.chipAbsent]),
      (.wrong, .pwm, [.chipReadsConstant]), (.off, .camera, [.cameraSilent]),
      (.stuck, .camera, [.cameraFrozen])
    ])
  func faults(fault: Fault, part: SimulatedMachine.Part, ids: [Finding.ID]) throws {
    #expect(try problems(fault, in: part) == ids)
  }

  @Test("an IMU whose line a running robot holds is left alone")
  func busy() throws {
    let robot = try Robot()
    let imu = PlainChip([0x75: 0x68])
    robot.replaceChips((imu, 0x68), (FakePCA9685(), 0x40))
    let probe = Prober(board: robot.board, facts: robot.facts, hardware: robot.bench).probe()
    #expect(probe.inertial == nil && imu.writes == 0)
  }
}
