// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// A link to a guard that looks whenever it is sent something.
private final class ListeningGuard: GuardLink {
  var beats: [Heartbeat] = []
  var ladder = GuardLadder()
  var isThere = true
  private(set) var standing: GuardStanding?

  func send(_ heartbeat: Heartbeat) {
    beats.append(heartbeat)
    look(at: heartbeat.sentAt)
  }

  func look(at now: Instant) {
    guard isThere, let last = beats.last else { return }
    let verdict = ladder.look(last.words, now: now)
    standing = GuardStanding(ladder, enablesOutputs: verdict.enablesOutputs, at: now)
  }
}

@Suite("Outputs that a guard lets through")
struct GuardedOutputsTests {
  private let link = ListeningGuard()
  private let outputs: GuardedOutputs
  private let machine: SimulatedMachine

  init() throws {
    outputs = GuardedOutputs(link: link, session: 5)
    machine = SimulatedMachine(
      world: BoardName.rover.world(seed: 1), wiring: MachineWiring(try BoardName.rover.load()),
      seed: 1, pace: .lockstep)
  }

  private func at(_ ms: Int64) -> Instant { Instant(nanoseconds: ms * 1_000_000) }

  @Test("A driver that wakes a guarded line moves nothing; the next beat says what it wants")
  func lines() throws {
    let hardware = GuardedHardware(machine, lines: ["MOTOR_STBY"], outputs: outputs)
    #expect(!outputs.areWanted, "without lines nothing is wanted")
    let line = try hardware.outputLine("MOTOR_STBY")
    try line.set(high: true)
    #expect(machine.isSafe && outputs.areWanted)
    outputs.beat(now: at(10), imuSamples: 4)
    #expect(link.beats.last?.wantsOutputs == true && link.beats.last?.imuSamples == 4)
    try line.set(high: false)
    outputs.beat(now: at(20), imuSamples: 5)
    #expect(link.beats.last?.wantsOutputs == false)
  }

  @Test("A line that rests high is wanted low, and all lines must be wanted")
  func restsHigh() throws {
    let hardware = GuardedHardware(machine, lines: ["MOTOR_STBY", "OE"], outputs: outputs)
    let enable = try hardware.outputLine("OE", restsHigh: true)
    let standby = try hardware.outputLine("MOTOR_STBY")
    try standby.set(high: true)
    try enable.set(high: true)
    #expect(!outputs.areWanted)
    try enable.set(high: false)
    #expect(outputs.areWanted)
  }

  @Test("A relay is the guard's to close: the beats say which, while the outputs are wanted")
  func relays() throws {
    let hardware = GuardedHardware(
      machine, lines: ["MOTOR_STBY"], relays: ["LAMP", "PUMP"], outputs: outputs)
    let standby = try hardware.outputLine("MOTOR_STBY")
    let pump = try hardware.outputLine("PUMP")
    let lamp = try hardware.outputLine("LAMP")
    #expect(lamp.name == "LAMP")
    for (isAwake, isPumping, isLit, bits) in [
      (true, true, false, UInt8(2)), (true, true, true, 3), (true, false, true, 1),
      (false, true, true, 0)
    ] {
      try standby.set(high: isAwake)
      try pump.set(high: isPumping)
      try lamp.set(high: isLit)
      outputs.beat(now: at(10), imuSamples: 4)
      #expect(link.beats.last?.relays == bits && link.beats.last?.wantsOutputs == isAwake)
    }
    outputs.leave(now: at(20))
    #expect(link.beats.last?.relays == 0)
  }

  @Test("A robot of relays alone wants its outputs while one is closed")
  func relaysAlone() throws {
    let hardware = GuardedHardware(machine, lines: [], relays: ["LAMP"], outputs: outputs)
    let lamp = try hardware.outputLine("LAMP")
    #expect(!outputs.areWanted)
    try lamp.set(high: true)
    outputs.beat(now: at(10), imuSamples: 4)
    #expect(outputs.areWanted && link.beats.last?.relays == 1)
    try lamp.set(high: false)
    #expect(!outputs.areWanted)
  }

  @Test("Everything but the guard's lines is the machine's own")
  func passesOn() throws {
    let hardware = GuardedHardware(machine, lines: ["OE"], outputs: outputs)
    #expect(try hardware.i2cBus("i2c-1") === machine.i2cBus("i2c-1"))
    #expect(hardware.clock === machine.clock)
    #expect(hardware.computer === machine.computer, "its health is watched with a guard too")
    #expect(try hardware.frameSource("front").width == 64)
    #expect(try hardware.edgeLine("IMU_INT", .rising).name == "IMU_INT")
    try hardware.outputLine("MOTOR_STBY").set(high: true)
    #expect(throws: HardwareError.self) { try hardware.inputLine("X") }
    #expect(throws: HardwareError.self) { try hardware.pwmOutput("X") }
  }

  @Test("Beats count on, promise the next and are within 100 ms of a stop")
  func beats() {
    for step in 1...5 { outputs.beat(now: at(Int64(step) * 10), imuSamples: 0) }
    #expect(link.beats.map(\.sequence) == [1, 2, 3, 4, 5])
    #expect(Set(link.beats.map(\.session)) == [5])
    let promised = link.beats.map { ($0.nextBy - $0.sentAt).seconds }
    #expect(promised.allSatisfy { $0 == GuardedOutputs.promiseS })
    #expect(GuardedOutputs.promiseS + GuardSettings().patienceS <= 0.08)
    #expect(GuardedOutputs.promiseS <= GuardSettings().longestPromiseS)
  }

  @Test("The last beat says goodbye and wants nothing, whatever the lines are")
  func goodbye() throws {
    let hardware = GuardedHardware(machine, lines: ["MOTOR_STBY"], outputs: outputs)
    try hardware.outputLine("MOTOR_STBY").set(high: true)
    outputs.leave(now: at(10))
    #expect(link.beats.last?.isLeaving == true && link.beats.last?.wantsOutputs == false)
    #expect(link.ladder.rung == .left)
  }

  @Test("There is trouble without a guard, before it has heard, until it lets through")
  func trouble() {
    #expect(outputs.trouble(now: at(0)) == .noGuard)
    link.beats = [
      Heartbeat(
        session: 4, sequence: 1, sentAt: .zero, nextBy: at(50), wantsOutputs: false,
        isLeaving: false, imuSamples: 0)
    ]
    link.look(at: at(1))
    #expect(outputs.trouble(now: at(2)) == .unheard)
    outputs.beat(now: at(10), imuSamples: 0)
    #expect(outputs.trouble(now: at(11)) == .holding(nil))
    for step in 2...60 { outputs.beat(now: at(Int64(step) * 10), imuSamples: 0) }
    #expect(outputs.trouble(now: at(601)) == nil)
    #expect(outputs.trouble(now: at(669)) == nil)
    #expect(outputs.trouble(now: at(671)) == .noGuard, "it looks every millisecond")
    link.look(at: at(900))
    #expect(outputs.trouble(now: at(901)) == .holding(.silent))
    for trouble in [GuardTrouble.noGuard, .unheard, .holding(nil), .holding(.stuck)] {
      #expect(trouble.description.hasSuffix(".") || trouble.description.hasSuffix("?"))
    }
  }

  /// A rover whose standby line is the guard's.
  private func rig() throws -> (board: BoardDescription, loop: ControlLoop) {
    let board = try BoardName.rover.load()
    let hardware = GuardedHardware(machine, lines: ["MOTOR_STBY"], outputs: outputs)
    let loop = ControlLoop(
      board: board, body: try Body(board: board, hardware: hardware),
      mind: ConstantMind(0.5, 0.5), imuBins: 2, guarded: outputs)
    return (board, loop)
  }

  @Test("A loop that drives beats once in each gate period, and is let through")
  func loop() throws {
    let (_, loop) = try rig()
    try loop.start()
    let before = link.beats.count
    #expect(before > 90, "it lives while it holds still")
    #expect(loop.arm().isEmpty)
    for _ in 0..<100 { loop.tick() }
    #expect(link.beats.count == before + 100)
    #expect(loop.gate.state == .armed)
    #expect(link.beats.last?.wantsOutputs == true && link.ladder.rung == .allowing)
    #expect(Set(link.beats.suffix(50).map(\.imuSamples)).count > 40)
    #expect(machine.isSafe, "nobody here moves the line but the guard")
    loop.disarm()
    loop.tick()
    #expect(link.beats.last?.wantsOutputs == false)
  }

  @Test("A loop does not arm without its guard, and stops when the guard is gone or holds")
  func refuses() throws {
    let (_, loop) = try rig()
    link.isThere = false
    try loop.start()
    #expect(loop.arm() == [.guardLost])
    link.isThere = true
    for _ in 0..<60 { loop.tick() }
    #expect(loop.arm().isEmpty)
    for _ in 0..<100 { loop.tick() }
    #expect(loop.gate.state == .armed)
    link.isThere = false
    for _ in 0..<9 { loop.tick() }
    #expect(loop.gate.state == .stopped(.guardLost))
    link.isThere = true
    loop.disarm()
    for _ in 0..<60 { loop.tick() }
    #expect(loop.arm().isEmpty)
    for _ in 0..<100 { loop.tick() }
    link.ladder = GuardLadder()
    for _ in 0..<3 { loop.tick() }
    #expect(loop.gate.state == .stopped(.guardStopped))
  }
}
