// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Something of the full rover that breaks while it drives, and what must come of it.
struct SensorFault: Sendable, CustomTestStringConvertible {
  var part: SimulatedMachine.Part
  var fault: Fault
  var reasons: Set<Refusal>
  /// What passes before the senses show it at all, seconds.
  var lagS: Double

  init(
    _ part: SimulatedMachine.Part, _ fault: Fault, _ reasons: Set<Refusal>, lagS: Double = 0
  ) {
    (self.part, self.fault, self.reasons, self.lagS) = (part, fault, reasons, lagS)
  }

  var testDescription: String { "\(part.rawValue) \(fault.rawValue)" }

  /// A reading of the supply is as old as the time between two looks and the chip's own.
  static let supplyLagS = BodySensors.shuntPeriod.seconds + 0.02
  /// A grid's picture is as old as the slower of the two grids' periods, and a look's wait.
  static let gridLagS = 1.25 / 10

  static let all = [
    // Below the stall's limit a speed is held for as long as one count may take.
    SensorFault(.wheels, .stuck, [.stall], lagS: 0.03),
    SensorFault(.encoders, .off, [.stall], lagS: 0.03),
    // The wheels roll on at first: 0.35 s x ln(10).
    SensorFault(.wheels, .off, [.stall], lagS: 0.9),
    // What the wheels still go forward, half a second's patience, and a quarter of a turn.
    SensorFault(.wheels, .wrong, [.deviceFailed], lagS: 1.5),
    SensorFault(.encoders, .wrong, [.deviceFailed], lagS: 1),
    SensorFault(.encoders, .garbage, [.wheelsUnknown]),
    SensorFault(.encoders, .intermittent, [.wheelsUnknown], lagS: 0.3),
    SensorFault(.supply, .off, [.lowBattery], lagS: supplyLagS),
    SensorFault(.supply, .wrong, [.overCurrent], lagS: supplyLagS),
    SensorFault(.power, .off, [.staleSupply], lagS: supplyLagS),
    SensorFault(.power, .stuck, [.staleSupply], lagS: supplyLagS),
    SensorFault(.power, .garbage, [.staleSupply], lagS: supplyLagS),
    // Both grids fail: 25 transfers a second are more than the buses are forgiven.
    SensorFault(.grid, .off, [.staleGrid, .busErrors], lagS: gridLagS),
    SensorFault(.grid, .stuck, [.staleGrid], lagS: gridLagS),
    SensorFault(.grid, .garbage, [.staleGrid], lagS: gridLagS),
    SensorFault(.stop, .off, [.emergencyStop]),
    SensorFault(.stop, .garbage, [.emergencyStop]),
    SensorFault(.stop, .intermittent, [.emergencyStop], lagS: 0.5),
    SensorFault(.camera, .delayed, [.staleFrame], lagS: 0.1),
    SensorFault(.camera, .slow, [.staleFrame], lagS: 0.1),
    SensorFault(.bus, .off, [.deviceFailed]),
    SensorFault(.bus, .intermittent, [.deviceFailed, .busErrors], lagS: 1)
  ]
}

@Suite("A sense that breaks while driving")
struct SensorFaultTests {
  @Test(
    "stops the robot as its failsafe says, within its time, for good", arguments: SensorFault.all,
    [1, 2] as [UInt64])
  func stops(_ scenario: SensorFault, seed: UInt64) throws {
    let rig = try Rig(.full, mind: BusyMind(.full), seed: seed)
    try rig.go()
    rig.run(2.013 + 0.01 * Double(seed))
    #expect(rig.loop.gate.state == .armed && !rig.isIdle, "healthy until then")
    try rig.machine.inject(scenario.fault, into: scenario.part)
    let limits = rig.loop.gate.limits
    let bounds = try scenario.reasons.map { try #require(limits.safeWithinS($0)) }
    rig.run(scenario.lagS + (bounds.max() ?? 0))
    #expect(rig.isIdle, "\(rig.loop.gate.state)")
    let reason = try #require(rig.stopReason)
    #expect(scenario.reasons.contains(reason), "\(reason)")
    #expect(rig.staysIdle(3) && rig.stopReason == reason)
  }

  @Test("is let go by a mended part and somebody who disarms; a pressed stop latches")
  func recovers() throws {
    let rig = try Rig(.full, mind: BusyMind(.full))
    try rig.go()
    rig.run(1)
    try rig.machine.inject(.off, into: .power)
    rig.run(2)
    rig.loop.disarm()
    #expect(rig.loop.arm().contains(.staleSupply), "still broken")
    try rig.machine.inject(.ok, into: .power)
    rig.run(1)
    #expect(rig.loop.arm() == [])
    rig.run(1)
    rig.machine.isStopPressed = true
    rig.run(0.02)
    #expect(rig.isAsleep && rig.loop.gate.state == .faulted(.emergencyStop))
    rig.machine.isStopPressed = false
    rig.run(1)
    rig.loop.disarm()
    #expect(rig.loop.arm().contains(.notDisarmed), "nobody has acknowledged")
    rig.loop.acknowledge()
    #expect(rig.loop.arm() == [])
  }

  @Test("a wall in front stops a rover that is told to stop for it, before it is there")
  func obstacle() throws {
    let rig = try Rig(.full, mind: ConstantMind(0.5, 0.5), change: {
      $0.safety.obstacleM = 0.3
      $0.safety.failsafes[.obstacle] = Failsafes.standard(.obstacle)
    })
    try rig.go()
    rig.run(20)
    let rover = try #require(rig.world as? RoverWorld)
    #expect(rig.stopReason == .obstacle && !rover.hasCollided)
    let ahead = try (-3...3).map { try #require(rover.distanceM(bearingRad: 0.12 * Double($0))) }
      .min() ?? 0
    #expect(ahead > 0.15 && ahead < 0.4, "\(ahead) m")
  }

  @Test("without a strobe's edges frames keep the camera's time, which is told, and it drives on")
  func strobe() throws {
    let rig = try Rig(.full, mind: BusyMind(.full))
    try rig.go()
    rig.run(2)
    let frameAgeS = { rig.loop.perception.senses.frameAt.map { (rig.now - $0).seconds } }
    #expect(rig.loop.perception.lastError == nil)
    // Exposures begin at 0 and come every tenth of a second; the strobe tells when.
    let at = try #require(rig.loop.perception.senses.frameAt?.seconds)
    #expect(abs((at * 10).rounded() - at * 10) < 0.02)
    try rig.machine.inject(.off, into: .strobe)
    rig.run(3)
    #expect(rig.loop.gate.state == .armed)
    #expect(try #require(frameAgeS()) < 0.11)
    guard case .edges(.absent, line: "CAM_STROBE") = rig.loop.perception.lastError else {
      Issue.record("\(String(describing: rig.loop.perception.lastError))")
      return
    }
  }

  @Test("a camera that waits for pulses gets them from the loop; without them frames grow old")
  func trigger() throws {
    let rig = try Rig(.full, mind: BusyMind(.full), change: {
      $0.camera?.triggerLine = "CAM_TRIGGER"
    })
    try rig.go()
    rig.run(3)
    #expect(rig.loop.gate.state == .armed && rig.loop.decisions > 5)
    try rig.machine.inject(.off, into: .trigger)
    rig.run(1)
    #expect(rig.stopReason == .staleFrame)
  }
}

@Suite("A sense that is broken at the start")
struct SensorStartTests {
  @Test(
    "keeps the robot from starting, and is named",
    arguments: [
      (.power, .off, "0x41"), (.power, .wrong, "INA226"), (.power, .garbage, "INA219"),
      (.grid, .off, "0x29"), (.grid, .wrong, "VL53L8CX")
    ] as [(SimulatedMachine.Part, Fault, String)])
  func refuses(part: SimulatedMachine.Part, fault: Fault, name: String) throws {
    let rig = try Rig(.full, mind: BusyMind(.full))
    try rig.machine.inject(fault, into: part)
    let error = try #require(rig.startError())
    #expect(error.isHardware && "\(error)".contains(name), "\(error)")
    #expect(rig.staysIdle(1) && rig.loop.arm().contains(.notStarted))
  }

  @Test(
    "or from arming",
    arguments: [
      (.power, .stuck, .staleSupply), (.grid, .stuck, .staleGrid), (.supply, .off, .lowBattery),
      (.supply, .wrong, .overCurrent), (.stop, .off, .emergencyStop),
      (.stop, .garbage, .emergencyStop)
    ] as [(SimulatedMachine.Part, Fault, Refusal)])
  func doesNotArm(part: SimulatedMachine.Part, fault: Fault, refusal: Refusal) throws {
    let rig = try Rig(.full, mind: BusyMind(.full))
    try rig.machine.inject(fault, into: part)
    #expect(rig.startError() == nil)
    rig.run(2)
    #expect(rig.loop.arm().contains(refusal), "\(rig.loop.arm())")
    #expect(rig.staysIdle(1))
  }
}

@Suite("A rover with everything on it")
struct FullRoverLoopTests {
  @Test("stays armed for half a minute, all senses fresh", arguments: [1, 2, 3] as [UInt64])
  func healthy(seed: UInt64) throws {
    let rig = try Rig(.full, mind: BusyMind(.full), seed: seed)
    try rig.go()
    rig.run(30)
    let senses = rig.loop.perception.senses
    #expect(rig.loop.gate.state == .armed && rig.loop.perception.lastError == nil)
    #expect(rig.loop.missedTicks == 0 && senses.busErrors == 0)
    #expect(try #require(senses.supplyAt) > rig.now + Interval(seconds: -0.1))
    #expect(try #require(senses.gridAt) > rig.now + Interval(seconds: -0.15))
    #expect(try #require(senses.supplyMarginV) > 0.5)
    #expect(try #require(senses.currentShare) < 0.9)
    #expect(rig.loop.perception.grids.map(\.unit) == [.metres, .celsius])
    #expect(rig.loop.perception.grids.allSatisfy { $0.sequence > 250 })
  }

  @Test("its wheels' measured speeds are the true ones, and so is where it believes to be")
  func wheels() throws {
    let rig = try Rig(.full, mind: BusyMind(.full), seed: 3)
    try rig.go()
    rig.run(5)
    let senses = rig.loop.perception.senses
    let rover = try #require(rig.world as? RoverWorld)
    for i in 0..<2 {
      #expect(senses.isMeasured[i] && !senses.isMeasured[2])
      #expect(abs(senses.measured[i] - rover.wheelMS[i] / rover.topSpeedMS) < 0.05)
    }
    let turned = try #require(rig.loop.perception.odometry).headingRad
    #expect(turned > 3)
  }

  @Test("with encoders it knows its way better than by its commands")
  func odometry() throws {
    func errorM(_ name: BoardName, seed: UInt64) throws -> Double {
      let rig = try Rig(name, mind: ConstantMind(0.35, 0.3), seed: seed)
      try rig.go()
      let start = rig.world.truth
      rig.run(3)
      let reckoned = try #require(rig.loop.perception.odometry)
      let (c, s) = (cos(start[2]), sin(start[2]))
      let (dx, dy) = (rig.world.truth[0] - start[0], rig.world.truth[1] - start[1])
      let (x, y) = (c * dx + s * dy, c * dy - s * dx)
      return ((reckoned.xM - x) * (reckoned.xM - x) + (reckoned.yM - y) * (reckoned.yM - y))
        .squareRoot()
    }
    var (by, without) = (0.0, 0.0)
    for seed in 1...UInt64(5) {
      by += try errorM(.full, seed: seed) / 5
      without += try errorM(.rover, seed: seed) / 5
    }
    #expect(by < 0.01 && by < without, "\(by) m with, \(without) m without")
  }
}
