// SPDX-License-Identifier: Apache-2.0
import Board
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing
import Threads
import Twin

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("The loop on a thread of its own")
struct LoopThreadTests {
  private let machine: SimulatedMachine
  private let loop: ControlLoop

  init() throws {
    let board = try BoardName.rover.load()
    machine = SimulatedMachine(
      world: BoardName.rover.world(seed: 1), wiring: MachineWiring(board), seed: 1,
      pace: .realTime)
    loop = ControlLoop(
      board: board, body: try Body(board: board, hardware: machine), mind: ConstantMind(0.3, 0.3),
      imuBins: 2)
    try loop.start()
  }

  /// Whether it comes true within ten seconds.
  private func comes(_ isTrue: () -> Bool) -> Bool {
    for _ in 0..<10_000 where !isTrue() { usleep(1000) }
    return isTrue()
  }

  /// Armed; a computer that was held up is asked again.
  private func arms(_ robot: LoopThread) -> Bool {
    for _ in 0..<50 {
      guard let ticket = robot.ask(.arm), comes({ ticket.answer != nil }) else { return false }
      if ticket.answer == .done { return true }
    }
    return false
  }

  @Test("It ticks, tells how it stands, does what it is asked, and ends disarmed")
  func works() throws {
    let robot = try LoopThread(loop)
    #expect(comes { robot.status.ticks > 5 })
    #expect(robot.status.state == .disarmed)
    #expect(arms(robot))
    #expect(comes { robot.status.decisions > 1 && robot.status.state == .armed })
    #expect(robot.status.frame?.pixels.contains { $0 != 0 } == true)
    #expect(robot.status.poseMMRad != nil && robot.cpuTimeS != nil)
    let again = try #require(robot.ask(.arm))
    #expect(comes { again.answer != nil })
    #expect(again.answer == .refused(RefusalSet([.notDisarmed])))
    robot.stop()
    #expect(comes { robot.status.state == .stopped(.operatorStop) })
    robot.ask(.disarm)
    #expect(comes { robot.status.state == .disarmed })
    #expect(arms(robot))
    #expect(comes { robot.status.state == .armed })
    #expect(robot.end() && robot.end(), "ending twice is ending")
    #expect(machine.isSafe && loop.gate.state == .disarmed)
  }

  @Test("Every tick is told once, in order, with its times; what nobody looks at is counted")
  func records() throws {
    let robot = try LoopThread(loop)
    #expect(arms(robot))
    #expect(comes { robot.status.decisions > 1 })
    #expect(robot.end())
    var (numbers, times): ([Int], LoopTimes) = ([], LoopTimes())
    while let tick = robot.nextTick() {
      numbers.append(tick.number)
      times.add(tick)
      #expect(tick.dueAt <= tick.beganAt && tick.beganAt <= tick.endedAt)
    }
    #expect(numbers.count > 20 && robot.ticksLost == 0)
    #expect(zip(numbers.dropFirst(), numbers).allSatisfy { $0 == $1 + 1 })
    #expect(times.ticks == numbers.count)
    #expect(times.thinking.count == loop.decisions && times.photonToMotor.count == loop.decisions)
    let rateHz = try #require(times.rateHz)
    #expect(rateHz > 5 && rateHz < 101)
    #expect(times.busy.quantileS(0.5) <= times.busy.maxS)
  }

  @Test("Times are within 1 % of what they were, and longer ones than a minute count as one")
  func quantiles() {
    var times = Times()
    for millisecond in 1...1000 { times.add(Interval(seconds: Double(millisecond) * 1e-3)) }
    times.add(Interval(seconds: 3600))
    times.add(Interval(seconds: -1))
    #expect(times.count == 1002)
    #expect(abs(times.quantileS(0.5) - 0.5) < 0.01)
    #expect(abs(times.quantileS(0.99) - 0.991) < 0.01)
    #expect(abs(times.maxS - 60) < 0.6)
  }
}
