// SPDX-License-Identifier: Apache-2.0
import Board
import Intercom
import LoopFixtures
import MallocCount
import Runtime
import Safety
import Simulation
import Testing

#if DEBUG
  private let isOptimised = false
#else
  private let isOptimised = true
#endif

@Suite("The loop's end of the way to the console")
struct ConsoleLinkTests {
  private func started(
    inject: ((String, String) -> Bool)? = nil, mind: MindChanges? = nil
  ) throws -> (Rig, RobotLink, ConsoleLink) {
    let rig = try Rig(.rover, mind: BusyMind(.rover))
    let link = RobotLink(width: 64, height: 64)
    try rig.loop.start()
    return (rig, link, ConsoleLink(link, mind: mind, inject: inject))
  }

  private func tick(_ rig: Rig, _ console: ConsoleLink, seconds: Double) {
    rig.run(seconds) { console.serve(rig.loop) }
  }

  private func answer(
    _ request: RobotRequest, _ rig: Rig, _ link: RobotLink, _ console: ConsoleLink
  ) -> Ticket.Answer? {
    let ticket = Ticket(request)
    guard link.send(ticket) else { return nil }
    tick(rig, console, seconds: 0.02)
    return ticket.answer
  }

  @Test("arms, tells what it does, disarms")
  func arms() throws {
    let (rig, link, console) = try started()
    #expect(answer(.arm, rig, link, console) == .done)
    tick(rig, console, seconds: 1)
    let told = link.snapshot
    #expect(told.state == .armed && told.ticks == rig.loop.ticks && told.decisions >= 3)
    #expect(told.setPoints == rig.loop.lastCommand.setPoints && told.setPoints[0] != 0)
    #expect(abs((told.imuAgeS ?? 1)) < 0.05 && abs((told.tiltRad ?? 1)) < 0.1)
    #expect(told.bars == RefusalSet([.notDisarmed]))
    #expect(link.picture()?.pixels == rig.loop.perception.frame?.pixels)
    #expect(answer(.disarm, rig, link, console) == .done)
    #expect(link.snapshot.state == .disarmed && rig.isAsleep)
  }

  @Test("says all that speaks against arming")
  func refuses() throws {
    let (rig, link, console) = try started()
    rig.loop.latch(.emergencyStop)
    #expect(answer(.arm, rig, link, console) == .refused(RefusalSet([.notDisarmed])))
    #expect(answer(.acknowledge, rig, link, console) == .done)
    #expect(answer(.arm, rig, link, console) == .done)
  }

  @Test("stops in the next tick")
  func stops() throws {
    let (rig, link, console) = try started()
    #expect(answer(.arm, rig, link, console) == .done)
    tick(rig, console, seconds: 0.5)
    link.stop()
    tick(rig, console, seconds: 0.01)
    #expect(link.snapshot.state == .stopped(.operatorStop) && rig.isAsleep)
  }

  @Test("takes other limits between two ticks, but not while it may move")
  func changes() throws {
    let (rig, link, console) = try started()
    var board = rig.board
    board.safety.rampS = 0.7
    board.motors[0].limits.position = -0.1...0.1
    let change = RobotRequest.change(
      SettingsChange(board: board, touchesGate: true, touchesMind: false))
    #expect(answer(change, rig, link, console) == .done)
    #expect(rig.loop.gate.limits == GateLimits(board))
    #expect(answer(.arm, rig, link, console) == .done)
    tick(rig, console, seconds: 1)
    #expect(abs(link.snapshot.setPoints[0]) <= 0.1 && link.snapshot.setPoints[0] != 0)
    #expect(answer(change, rig, link, console) == .refused(RefusalSet()))
  }

  @Test("cannot give goals or weights to a mind that takes none, nor break real chips")
  func cannot() throws {
    let (rig, link, console) = try started()
    let goal = RobotRequest.goal(GoalPicture(name: "door", pixels: []))
    let weights = RobotRequest.change(
      SettingsChange(board: rig.board, touchesGate: false, touchesMind: true))
    for request in [goal, weights, .inject(part: "imu", fault: "off")] {
      #expect(answer(request, rig, link, console) == .impossible)
    }
    let (other, wire, able) = try started(
      inject: { $0 == "imu" && $1 == "off" }, mind: MindChanges())
    #expect(answer(.inject(part: "imu", fault: "off"), other, wire, able) == .done)
    #expect(answer(.inject(part: "sun", fault: "off"), other, wire, able) == .impossible)
    #expect(answer(weights, other, wire, able) == .done)
    for _ in 0..<7 { #expect(answer(goal, other, wire, able) == .done) }
    #expect(answer(goal, other, wire, able) == .impossible, "as many wait as may")
  }

  @Test(
    "asks for no memory while it drives", .enabled(if: umwelt_malloc_count_works() && isOptimised))
  func allocates() throws {
    let (rig, link, console) = try started()
    #expect(answer(.arm, rig, link, console) == .done)
    tick(rig, console, seconds: 1)
    var count: Int64 = 0
    rig.run(2) {
      umwelt_malloc_count_start()
      console.serve(rig.loop)
      let counts = umwelt_malloc_count_stop()
      count += counts.allocations + counts.frees
    }
    #expect(count == 0)
  }
}
