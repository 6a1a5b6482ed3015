// SPDX-License-Identifier: Apache-2.0
import Board
import Console
import Quantities
import Safety
import Testing

@Suite struct TransactionTests {
  private func value(_ name: String, _ desk: Desk) -> String {
    let said = desk.give("get \(name)")
    return String(said.split(separator: "\r\n").first { $0.hasPrefix("\(name) = ") } ?? "")
  }

  @Test func aLimitIsSetBetweenTwoTicksWhileDisarmed() throws {
    let desk = try Desk()
    #expect(desk.give("set safety.ramp 500 ms").contains("safety.ramp is 0.5 s (was 0.3 s)."))
    #expect(desk.robot.board?.safety.rampS == 0.5)
    #expect(desk.host.notes.last?.contains("ttyS0 set safety.ramp to 0.5 s (was 0.3 s)") == true)
    #expect(desk.give("reset safety.ramp").contains("safety.ramp is 0.3 s (was 0.5 s)."))
    #expect(desk.robot.board?.safety.rampS == 0.3)
  }

  @Test func aLimitIsNotSetWhileTheRobotMayMove() throws {
    let desk = try Desk()
    _ = desk.give("arm")
    let said = desk.give("set safety.ramp 0.5 s")
    #expect(said.contains("safety.ramp is one of the robot's limits"))
    #expect(said.contains("-> Disarm first."))
    #expect(desk.robot.board == nil)
    #expect(desk.give("set planner.path_weight 0.2").contains("is 0.2 (was 0.1)"))
    #expect(desk.robot.board?.planner.pathWeight == 0.2)
  }

  @Test func whatNeedsANewStartSaysSoAndIsNotGivenToTheLoop() throws {
    let desk = try Desk()
    #expect(desk.give("set rates.gate 50 Hz").contains("from the next start on: `save` it"))
    #expect(desk.robot.board == nil)
    #expect(desk.give("status").contains("1 wait for the next start"))
    #expect(desk.give("get rates.gate").contains("rates.gate = 50 Hz (now 100 Hz)"))
  }

  @Test func aWrongValueSaysWhatBoardCheckWouldSay() throws {
    let desk = try Desk()
    let said = desk.give("set safety.ramp 11 s")
    #expect(said.contains("error: safety.ramp: 11 s is out of range"))
    #expect(said.contains("-> A time from 0 s to 10 s is needed."))
    #expect(desk.give("set safety.ramp 1 kg").contains("error"))
    #expect(desk.robot.board == nil)
  }

  @Test func aTransactionIsAppliedAtOnceOrNotAtAll() throws {
    let desk = try Desk()
    _ = desk.give("begin")
    #expect(desk.give("set safety.computer.hot 100 degC").contains("with `commit`"))
    #expect(desk.give("commit").contains("error: safety.computer.hot: 100 is above"))
    #expect(desk.robot.board == nil)
    _ = desk.give("set safety.computer.too_hot 110 degC")
    #expect(desk.give("set safety.ramp 11 s").contains("error"))
    #expect(desk.give("commit").contains("2 values hold now. `confirm` within 30"))
    #expect(desk.robot.board?.safety.computer.tooHotC == 110)
    #expect(desk.robot.board?.safety.rampS == 0.3)
    #expect(desk.give("set safety.ramp 1 s").contains("a commit waits to be confirmed"))
    #expect(desk.give("save").contains("a commit waits to be confirmed"))
    #expect(desk.give("confirm").contains("confirmed"))
    desk.wait(40)
    #expect(desk.robot.board?.safety.computer.tooHotC == 110)
  }

  @Test func whatIsNotConfirmedInTimeIsTakenBack() throws {
    let desk = try Desk()
    _ = desk.give("begin")
    _ = desk.give("set safety.ramp 1 s")
    #expect(desk.give("commit 5").contains("within 5"))
    desk.wait(4)
    #expect(desk.robot.board?.safety.rampS == 1)
    desk.wait(1.5)
    #expect(desk.robot.board?.safety.rampS == 0.3)
    #expect(desk.session.said().contains("* taken back (nobody confirmed it): safety.ramp"))
    #expect(desk.give("confirm").contains("no commit waits"))
    #expect(desk.give("history").contains("nothing was changed"))
  }

  @Test func whatWasCommittedIsTakenBackWhenAFailsafeFires() throws {
    let desk = try Desk()
    for line in ["begin", "set safety.tilt 60 deg", "commit", "arm"] { _ = desk.give(line) }
    #expect(desk.robot.snapshot.state == .armed)
    desk.robot.snapshot.state = .stopping(.tilted)
    desk.wait(0.2)
    let wanted = 60 * Double.pi / 180
    #expect(abs((desk.robot.board?.safety.tiltRad ?? 0) - wanted) < 1e-9, "not while it ramps")
    desk.robot.snapshot.state = .stopped(.tilted)
    desk.wait(0.2)
    #expect(abs((desk.robot.board?.safety.tiltRad ?? 0) - 50 * Double.pi / 180) < 1e-9)
    #expect(desk.session.said().contains("taken back (the robot stopped: the robot is tilted"))
  }

  @Test func aRobotThatDrivesWithUnconfirmedLimitsIsStoppedFirst() throws {
    let desk = try Desk()
    for line in ["begin", "set safety.ramp 1 s", "commit 5", "arm"] { _ = desk.give(line) }
    desk.wait(6)
    #expect(desk.robot.stops == 1)
    #expect(desk.robot.board?.safety.rampS == 0.3)
  }

  @Test func aLoopThatStandsStillGetsItBackWhenItGoesOn() throws {
    let desk = try Desk()
    for line in ["begin", "set safety.ramp 1 s", "commit 5"] { _ = desk.give(line) }
    desk.robot.isStuck = true
    desk.wait(20)
    #expect(desk.robot.board?.safety.rampS == 1)
    desk.robot.isStuck = false
    desk.wait(2)
    #expect(desk.robot.board?.safety.rampS == 0.3)
  }

  @Test func abortForgetsOrTakesBack() throws {
    let desk = try Desk()
    for line in ["begin", "set safety.ramp 1 s"] { _ = desk.give(line) }
    #expect(desk.give("begin").contains("a transaction is open already"))
    #expect(desk.give("diff").contains("begun, not committed:"))
    #expect(desk.give("abort").contains("nothing was changed"))
    for line in ["begin", "set safety.ramp 1 s", "commit"] { _ = desk.give(line) }
    #expect(desk.give("abort").contains("taking it back"))
    #expect(desk.robot.board?.safety.rampS == 0.3)
  }

  @Test func rollbackGoesBackByAsManyChangesAsAsked() throws {
    let desk = try Desk()
    for seconds in ["1", "2", "3"] { _ = desk.give("set safety.ramp \(seconds) s") }
    #expect(desk.give("history").contains("0.3 s -> 1 s"))
    #expect(desk.give("rollback").contains("the last 1 taken back"))
    #expect(value("safety.ramp", desk) == "safety.ramp = 2 s")
    #expect(desk.give("rollback 2").contains("the last 2 taken back"))
    #expect(desk.robot.board?.safety.rampS == 0.3)
    #expect(desk.give("rollback").contains("there are no 1 changes"))
  }

  @Test func whatIsSavedIsKeptAndRevertGoesBackToIt() throws {
    let desk = try Desk()
    _ = desk.give("set safety.ramp 1 s")
    #expect(desk.give("diff").contains("0.3 s -> 1 s  set, not saved"))
    #expect(desk.give("save").contains("saved 1 value;"))
    #expect(desk.host.saved.last?.overrides == ["safety.ramp": "1 s"])
    #expect(desk.give("diff").contains("0.3 s -> 1 s  set\r\n"))
    _ = desk.give("set safety.ramp 2 s")
    #expect(desk.give("revert").contains("as saved."))
    #expect(desk.robot.board?.safety.rampS == 1)
    desk.host.failure = .host(what: "the disk is full.", fix: "Free some space.")
    #expect(desk.give("save").contains("-> Free some space."))
  }

  @Test func aLoopThatRefusesChangesNothing() throws {
    let desk = try Desk()
    desk.robot.cannot = true
    #expect(desk.give("set safety.ramp 1 s").contains("this robot cannot"))
    #expect(value("safety.ramp", desk) == "safety.ramp = 0.3 s")
    desk.robot.cannot = false
    // It armed after the console had looked.
    desk.robot.isStuck = true
    desk.session.type("set safety.ramp 1 s\r", at: desk.now)
    desk.robot.snapshot.state = .armed
    desk.robot.isStuck = false
    desk.wait(0.2)
    #expect(desk.session.said().contains("the robot may move now"))
    #expect(desk.robot.board == nil)
  }
}
