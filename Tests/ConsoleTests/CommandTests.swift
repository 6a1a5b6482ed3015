// SPDX-License-Identifier: Apache-2.0
import Console
import Intercom
import Quantities
import Safety
import Testing

@Suite struct CommandTests {
  @Test func statusSaysWhatKeepsItFromArmingAndWhatToDo() throws {
    let desk = try Desk()
    desk.robot.snapshot.bars.set(.staleImu, true)
    let said = desk.give("status")
    #expect(said.contains("disarmed: the outputs are off; `arm` lets it move."))
    #expect(said.contains("staleImu: the IMU stopped answering."))
    #expect(said.contains("-> Check its power and the I2C wires, then arm again."))
  }

  @Test func armSaysAllThatSpeaksAgainstItWithFixes() throws {
    let desk = try Desk()
    desk.robot.bars = [.noImu, .lowBattery]
    let said = desk.give("arm")
    #expect(said.contains("error: no IMU sample yet."))
    #expect(said.contains("-> Check the data-ready wire and `rate` in board.yaml."))
    #expect(said.contains("error: the battery is empty."))
    #expect(desk.robot.done.isEmpty)
    desk.robot.bars = []
    #expect(desk.give("arm").contains("armed. Ctrl-X stops it."))
    #expect(desk.give("disarm").contains("disarmed."))
    #expect(desk.robot.done == ["arm", "disarm"])
  }

  @Test func controlXStopsInTheMiddleOfALineOfASearchAndOfAFrame() throws {
    let desk = try Desk()
    for text in ["set saf\u{18}", "\u{12}sta\u{18}", "#json\r\n#00\u{18}"] {
      desk.session.type(text, at: desk.now)
    }
    #expect(desk.robot.stops == 3)
  }

  @Test func aLoopThatStandsStillDoesNotArmLater() throws {
    let desk = try Desk()
    desk.robot.isStuck = true
    _ = desk.give("arm")
    desk.wait(2.5)
    let said = desk.session.said()
    #expect(said.contains("error: the control loop did not answer for 2 s"))
    #expect(desk.give("status").contains("STANDS STILL: no tick for"))
    desk.robot.isStuck = false
    desk.wait(0.5)
    #expect(desk.robot.done.isEmpty)
    #expect(desk.robot.snapshot.state == .disarmed)
  }

  @Test func controlCTakesARequestBack() throws {
    let desk = try Desk()
    desk.robot.isStuck = true
    _ = desk.give("arm")
    desk.session.type("\u{3}", at: desk.now)
    #expect(desk.session.said().contains("(taken back)"))
    desk.robot.isStuck = false
    desk.wait(0.5)
    #expect(desk.robot.done.isEmpty)
  }

  @Test func stopIsHeardWhileTheLoopStands() throws {
    let desk = try Desk()
    desk.robot.isStuck = true
    _ = desk.give("arm")
    desk.session.type("\u{18}", at: desk.now)
    #expect(desk.robot.stops == 1)
  }

  @Test func whatHappensIsToldOnEveryLine() throws {
    let desk = try Desk()
    let other = ConsoleSession(desk.console, name: "socket")
    desk.robot.snapshot.state = .armed
    desk.wait(0.1, other)
    desk.robot.snapshot.state = .stopped(.tilted)
    desk.wait(0.1, other)
    for said in [desk.session.said(), other.said()] {
      #expect(said.contains("* stopped: tilted: the robot is tilted beyond safety.tilt."))
    }
    #expect(desk.give("log tail 1").contains("stopped: tilted"))
  }

  @Test func aGoalIsSetByNameAndGoArms() throws {
    let desk = try Desk()
    #expect(desk.give("goal").contains("door"))
    #expect(desk.give("goal set dor").contains("Did you mean 'door'?"))
    #expect(desk.give("goal go desk").contains("its goal is 'desk' now."))
    desk.wait(0.1)
    #expect(desk.robot.done == ["goal desk", "arm"])
    desk.host.failure = .host(what: "the picture is too dark.", fix: "Take another.")
    #expect(desk.give("goal set desk").contains("-> Take another."))
  }

  @Test func whatTheCameraSeesBecomesAGoal() throws {
    let desk = try Desk()
    #expect(desk.give("goal capture sofa").contains("there is no camera, or no frame yet"))
    desk.robot.camera = CameraPicture(width: 2, pixels: [UInt8](repeating: 9, count: 12))
    #expect(desk.give("goal capture ../sofa").contains("usage: goal"))
    #expect(desk.give("goal capture sofa").contains("kept as 'sofa.png'"))
    #expect(desk.give("goal set sofa.png").contains("its goal is 'sofa.png' now."))
    desk.host.failure = .host(what: "the disk is full.", fix: "Free some space.")
    #expect(desk.give("goal capture door").contains("-> Free some space."))
  }

  @Test func injectIsForSimulationOnly() throws {
    let desk = try Desk()
    #expect(desk.give("inject imu off").contains("imu is off from now on."))
    #expect(desk.give("inject imu of").contains("Did you mean 'imu off'?"))
    desk.host.injections = []
    #expect(desk.give("inject imu off").contains("its chips are real"))
  }

  @Test func oneLineAtATimeIsInChargeAndAnotherTakesOver() throws {
    let desk = try Desk()
    let other = ConsoleSession(desk.console, name: "socket")
    _ = desk.give("arm")
    #expect(desk.give("disarm", to: other).contains("ttyS0 is in charge"))
    #expect(desk.robot.done == ["arm"])
    #expect(desk.give("status", to: other).contains("ticks"))
    #expect(desk.give("take", to: other).contains("this line is in charge."))
    #expect(desk.session.said().contains("socket takes over from ttyS0"))
    _ = desk.give("disarm", to: other)
    #expect(desk.robot.done == ["arm", "disarm"])
    #expect(desk.give("arm").contains("socket is in charge"))
  }

  @Test func aLineThatIsGoneLeavesTheChargeToTheNext() throws {
    let desk = try Desk()
    var other: ConsoleSession? = ConsoleSession(desk.console, name: "socket")
    _ = desk.give("arm", to: other)
    #expect(desk.give("disarm").contains("socket is in charge"))
    other = nil
    #expect(desk.give("disarm").contains("disarmed."))
  }

  @Test(arguments: [
    ("stauts", "Did you mean 'status'?"), ("sta", "Did you mean 'status'?"),
    ("xyzzyx", "Type ? for what there is."), ("get safety.rmap", "Did you mean 'safety.ramp'?"),
    ("set safety.ramp", "usage: set <parameter> <value>"), ("status now", "usage: status"),
    ("listen nothing", "there is no signal 'nothing'"), ("listen imu -r 5000", "usage: listen"),
    ("plot gyro.x gyro.y gyro.z accel.x accel.y", "usage: plot"), ("plot", "usage: plot"),
    ("help arn", "Did you mean 'arm'?"), ("log head", "usage: log"),
    ("camera", "there is no camera"), ("rollback 3", "there are no 3 changes to go back."),
    ("commit", "nothing was begun."), ("confirm", "no commit waits"),
    ("abort", "nothing was begun"),
    ("commit 0", "usage: commit"), ("apply x y", "usage: apply"), ("apply 1 ABCD", "nothing was"),
    ("goal fly", "usage: goal"), ("begin dump other", "this dump is of 'other'"),
    ("dump all", "usage: dump"), ("rollback x", "usage: rollback")
  ])
  func mistakesSayWhatToDo(line: String, said: String) throws {
    #expect(try Desk().give(line).contains(said))
  }

  @Test func aRobotThatCannotSaysSo() throws {
    let desk = try Desk()
    desk.robot.cannot = true
    #expect(desk.give("goal set door").contains("error: this robot cannot: see a goal."))
  }

  @Test func tooManyRequestsAreRefused() throws {
    let desk = try Desk()
    desk.robot.isStuck = true
    for _ in 0..<8 { #expect(desk.robot.send(Ticket(.arm))) }
    #expect(desk.give("arm").contains("too many requests wait"))
  }

  /// The examples are what `help` shows: each works where it makes sense.
  @Test func everyCommandsExampleWorks() throws {
    let list = try #require(try Desk().helped())
    #expect(list.count > 30)
    for command in list {
      let desk = try Desk()
      desk.robot.camera = CameraPicture(
        width: 4, pixels: [UInt8](repeating: 200, count: 4 * 4 * 3))
      let (name, example) = command
      #expect(example == name || example.hasPrefix(name + " "))
      if ["commit", "abort"].contains(name) {
        _ = desk.give("begin")
        _ = desk.give("set planner.path_weight 0.2")
      }
      if name == "confirm" {
        for line in ["begin", "set planner.path_weight 0.2", "commit"] { _ = desk.give(line) }
      }
      if name == "rollback" { _ = desk.give("set planner.path_weight 0.2") }
      // The end of a dump of nothing.
      if name == "apply" { _ = desk.give(desk.sealed("begin dump testbed")) }
      let line = name == "apply" ? desk.sealed(example) : example
      let said = desk.give(line)
      #expect(!said.contains("error"), "\(example): \(said)")
      #expect(!said.isEmpty || name == "clear", "\(example)")
    }
  }

  @Test func everyNameHasHelp() throws {
    let desk = try Desk()
    for word in ["arm", "safety.ramp", "staleImu", "gyro.z"] {
      #expect(!desk.give("help \(word)").contains("error"), "\(word)")
    }
    for reason in Refusal.allCases {
      #expect(desk.give("help \(reason.id)").contains("-> \(reason.fix)"))
    }
  }
}

extension Desk {
  /// Name and example of each command, as `help` tells programs.
  func helped() -> [(String, String)]? {
    _ = give("#json")
    guard case .list(let all) = ask("help")?["result"] else { return nil }
    return all.compactMap { item in
      item["name"]?.string.flatMap { name in item["example"]?.string.map { (name, $0) } }
    }
  }

  /// With a dump line's check.
  func sealed(_ line: String) -> String { "\(line) *\(CRC16(line.utf8).text)" }
}
