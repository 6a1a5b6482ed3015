// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LinuxBuses
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Synchronization
import Testing
import Threads
import Twin

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A mind that holds its thread for as long as it is told.
private final class HeldMind: Mind {
  let actionCount = 2
  let isHeld = Atomic<Bool>(false)
  let questions = Atomic<Int>(0)
  let firsts = Atomic<Int>(0)
  let decided = Atomic<Int>(0)

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    questions.add(1, ordering: .relaxed)
    if percept.isFirst { firsts.add(1, ordering: .relaxed) }
    while isHeld.load(ordering: .relaxed) { usleep(200) }
    decided.add(1, ordering: .relaxed)
    return Decision(action: [0.5, 0.5, 0, 0, 0, 0, 0, 0])
  }
}

/// The body goes by simulated time, which stands still while a test waits for the mind: no machine
/// is too slow for these tests.
@Suite("A mind on a thread of its own")
struct MindThreadTests {
  private let board: BoardDescription
  private let machine: SimulatedMachine
  private let mind = HeldMind()
  private let loop: ControlLoop

  init() throws {
    board = try BoardName.rover.load()
    machine = SimulatedMachine(
      world: BoardName.rover.world(seed: 1), wiring: MachineWiring(board), seed: 1,
      pace: .lockstep)
    let seat = try MindThread(mind, board: board, imuBins: 2, clock: MonotonicClock())
    loop = ControlLoop(
      board: board, body: try Body(board: board, hardware: machine), seat: seat, imuBins: 2)
    try loop.start()
  }

  /// What the mind was asked since the loop has it; it was tried before.
  private var questions: Int { mind.questions.load(ordering: .relaxed) - MindThread.trials }
  private var decided: Int { mind.decided.load(ordering: .relaxed) - MindThread.trials }

  /// Whether it comes true within ten seconds in which the robot's time stands still.
  private func comes(_ isTrue: () -> Bool) -> Bool {
    for _ in 0..<50_000 where !isTrue() { usleep(200) }
    return isTrue()
  }

  /// Ticks for so long of simulated time, until it is true.
  private func run(_ seconds: Double, until isDone: () -> Bool) {
    let end = loop.body.clock.now + Interval(seconds: seconds)
    while loop.body.clock.now < end, !isDone() { loop.tick() }
  }

  /// Ticks until the mind is asked; whether it was, and has decided.
  private func asks(_ number: Int, decides: Bool) -> Bool {
    for _ in 0..<200 where questions < number {
      loop.tick()
      // The thread may need a moment until it has heard.
      if loop.isThinking { _ = comes { questions >= number } }
    }
    return questions >= number && (!decides || comes { decided >= number })
  }

  @Test("Its decisions are followed, and told with the time they took")
  func follows() {
    #expect(loop.arm() == [])
    for number in 1...3 { #expect(asks(number, decides: true)) }
    run(1) { loop.decisions >= 3 }
    #expect(loop.decisions >= 3)
    #expect(loop.lastDecision?.action[0] == 0.5)
    #expect(loop.lastDecision.map { $0.tookS > 0 } == true)
    #expect(mind.firsts.load(ordering: .relaxed) == 1)
    loop.disarm()
  }

  @Test("One that never comes back costs no tick; the gate stops the robot, and says why")
  func hangs() {
    mind.isHeld.store(true, ordering: .relaxed)
    defer { mind.isHeld.store(false, ordering: .relaxed) }
    #expect(loop.arm() == [])
    let ticks = loop.ticks
    run(board.safety.planTimeoutS + board.safety.rampS + 1) { loop.gate.state.isStopped }
    #expect(loop.gate.state.isStopped)
    #expect(loop.gate.state.reason.map { [.latePlan, .stalePlan].contains($0) } == true)
    #expect(loop.ticks > ticks + 20 && loop.missedTicks == 0, "it went on ticking")
    #expect(loop.decisions == 0 && questions <= 1)
  }

  @Test("What it was asked before the robot was armed again is not followed")
  func late() {
    mind.isHeld.store(true, ordering: .relaxed)
    #expect(loop.arm() == [])
    #expect(asks(1, decides: false))
    loop.disarm()
    loop.tick()
    #expect(loop.arm() == [])
    loop.tick()
    mind.isHeld.store(false, ordering: .relaxed)
    #expect(comes { decided == 1 })
    #expect(asks(2, decides: true))
    run(1) { loop.decisions == 1 }
    #expect(loop.decisions == 1, "the first answer was for another situation")
    #expect(mind.firsts.load(ordering: .relaxed) == 2)
    loop.disarm()
  }
}
