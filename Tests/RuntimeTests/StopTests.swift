// SPDX-License-Identifier: Apache-2.0
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

@Suite("Stopping")
struct StopTests {
  private func driving(_ disguise: (SimulatedMachine) -> Disguise) throws -> (Rig, Disguise) {
    var made: Disguise?
    let rig = try Rig(.rover, mind: ConstantMind(0.6, 0.5)) {
      let hardware = disguise($0)
      made = hardware
      return hardware
    }
    try rig.go()
    rig.run(1)
    #expect(!rig.isIdle)
    return (rig, try #require(made))
  }

  @Test("an operator's stop is off before the call returns, and stays off")
  func operatorStop() throws {
    let (rig, _) = try driving { Disguise($0) }
    rig.loop.stop(.operatorStop)
    #expect(rig.isAsleep)
    #expect(rig.staysAsleep(3))
    #expect(rig.stopReason == .operatorStop)
    #expect(rig.speedMS < 0.01)
  }

  @Test("an operator's stop during a ramp ends the ramp")
  func operatorStopDuringRamp() throws {
    let (rig, _) = try driving { Disguise($0) }
    rig.loop.stop(.staleImu)
    rig.run(0.1)
    #expect(!rig.isIdle, "still on the ramp")
    rig.loop.stop(.operatorStop)
    #expect(rig.isAsleep)
    #expect(rig.staysAsleep(1))
    #expect(rig.stopReason == .operatorStop)
  }

  @Test("a gradual stop from outside ramps without a gap")
  func gradualStop() throws {
    let (rig, _) = try driving { Disguise($0) }
    rig.loop.stop(.stalePlan)
    var last = rig.loop.lastCommand.setPoints[0]
    rig.run(rig.board.safety.rampS - rig.periodS) {
      #expect(rig.loop.lastCommand.isEnabled && !rig.isIdle)
      #expect(rig.loop.lastCommand.setPoints[0] <= last)
      last = rig.loop.lastCommand.setPoints[0]
    }
    rig.run(2 * rig.periodS)
    #expect(rig.isAsleep && rig.stopReason == .stalePlan)
  }

  @Test("a stop of a robot that is not armed changes nothing and is off")
  func stopDisarmed() throws {
    let rig = try Rig(.rover, mind: ConstantMind(1, 1))
    try rig.loop.start()
    rig.loop.stop(.operatorStop)
    #expect(rig.loop.gate.state == .disarmed && rig.isAsleep)
    #expect(rig.loop.arm() == [])
  }

  @Test("disarming is off before the call returns; a new run starts from rest")
  func disarm() throws {
    let (rig, _) = try driving { Disguise($0) }
    rig.loop.disarm()
    #expect(rig.isAsleep && rig.loop.gate.state == .disarmed)
    #expect(rig.staysAsleep(3))
    #expect(rig.loop.arm() == [])
    rig.loop.tick()
    let limit = rig.board.motors[0].limits.ratePerS * rig.periodS
    #expect(abs(rig.loop.lastCommand.setPoints[0]) <= limit * (1 + 1e-9))
  }

  @Test("arming twice, or in a stop, is refused and does not jerk the motors")
  func armTwice() throws {
    let (rig, _) = try driving { Disguise($0) }
    let before = rig.loop.lastCommand
    #expect(rig.loop.arm() == [.notDisarmed])
    rig.loop.tick()
    #expect(rig.loop.lastCommand == before)
    rig.loop.stop(.operatorStop)
    #expect(rig.loop.arm() == [.notDisarmed])
    #expect(rig.isAsleep)
  }

  @Test("when the PWM chip lives on but its bus is dead, the standby line stops the motors")
  func deadBus() throws {
    let (rig, hardware) = try driving { Disguise($0) }
    hardware.deadAddresses = [try #require(rig.board.pwm).address]
    rig.loop.tick()
    #expect(rig.isAsleep && rig.stopReason == .deviceFailed)
    #expect(rig.loop.lastCommand == .off(count: 2))
    #expect(rig.staysAsleep(3))
    #expect(rig.speedMS < 0.01)
  }

  @Test("when the standby line fails, the PWM channels stop the motors")
  func deadLine() throws {
    let (rig, hardware) = try driving { Disguise($0) }
    hardware.lineRefusals = .max
    rig.loop.stop(.operatorStop)
    #expect(rig.isIdle && !rig.isAsleep)
    #expect(rig.staysIdle(3))
    #expect(rig.speedMS < 0.01)
  }

  @Test("when both fail, every tick tries again until one works")
  func bothDead() throws {
    let (rig, hardware) = try driving { Disguise($0) }
    hardware.deadAddresses = [try #require(rig.board.pwm).address]
    hardware.lineRefusals = 25
    rig.run(0.3)
    #expect(hardware.lineRefusals == 0)
    #expect(rig.isAsleep && rig.stopReason == .deviceFailed)
  }

  @Test("a standby line that does not rise is a failure, not a run without motors")
  func lineAtArming() throws {
    var hardware: Disguise?
    let rig = try Rig(.rover, mind: ConstantMind(1, 1)) {
      let disguise = Disguise($0)
      hardware = disguise
      return disguise
    }
    try rig.loop.start()
    hardware?.lineRefusals = 1
    #expect(rig.loop.arm() == [])
    rig.loop.tick()
    #expect(rig.stopReason == .deviceFailed && rig.isIdle)
    #expect(rig.loop.perception.lastError.map { "\($0)" }?.contains("MOTOR_STBY") == true)
  }
}
