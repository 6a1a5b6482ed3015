// SPDX-License-Identifier: Apache-2.0
import Devices
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// Faults that lie between the IMU and the computer, or in how the robot moves.
@Suite("While driving, whichever the IMU,")
struct IMUFaultTests {
  /// A rover's world with a turn on top that only the IMU feels.
  final class Spun: World {
    let motorCount = 2
    var spinRadS = Vector3.zero
    private let inner: any World

    init(_ inner: any World) { self.inner = inner }

    var motion: Motion {
      var motion = inner.motion
      motion.angularRateRadS += spinRadS
      return motion
    }
    var truth: SIMD8<Double> { inner.truth }

    func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
      inner.advance(dtS: dtS, left: left, right: right)
    }

    func render(
      _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
    ) { inner.render(moment, into: &pixels, width: width, height: height) }
  }

  private func disguised(_ chip: InertialChip) throws -> (rig: Rig, hardware: Disguise) {
    var hardware: Disguise?
    let rig = try Rig(.rover, mind: BusyMind(.rover), seed: 4, imu: chip) {
      let made = Disguise($0)
      hardware = made
      return made
    }
    try rig.go()
    rig.run(1)
    return (rig, try #require(hardware))
  }

  @Test("a bus that locks up is a stale IMU, and told", arguments: InertialChip.allCases)
  func busFault(chip: InertialChip) throws {
    let (rig, hardware) = try disguised(chip)
    hardware.deadAddresses = [rig.board.imu.address]
    rig.run(rig.board.safety.imuTimeoutS + rig.board.safety.rampS + 2 * rig.periodS)
    #expect(rig.stopReason == .staleImu && rig.isIdle)
    guard case .bus(let error, chip.traits.name) = rig.loop.perception.lastError else {
      Issue.record("\(String(describing: rig.loop.perception.lastError))")
      return
    }
    #expect(error.reason == .busFault && error.address == rig.board.imu.address)
    hardware.deadAddresses = []
    rig.run(1)
    rig.loop.disarm()
    #expect(rig.loop.arm() == [], "mended")
  }

  @Test(
    "one that is turned faster than it can measure is saturated",
    arguments: InertialChip.allCases)
  func saturated(chip: InertialChip) throws {
    let spun = Spun(BoardName.rover.world(seed: 4))
    let rig = try Rig(.rover, mind: BusyMind(.rover), seed: 4, imu: chip, world: spun)
    try rig.go()
    rig.run(1)
    // 1500 deg/s about the vertical, so that nothing tilts.
    spun.spinRadS = Vector3(0, 0, 1500 * .pi / 180)
    rig.run(0.5 + rig.board.safety.rampS)
    #expect(rig.stopReason == .saturatedImu && rig.isIdle)
  }

  @Test(
    "a pause of three seconds costs counted samples and a stop, and then all is well",
    arguments: InertialChip.allCases)
  func overflow(chip: InertialChip) throws {
    let (rig, hardware) = try disguised(chip)
    let imu = rig.loop.body.imu
    #expect(imu.lostSamples == 0)
    hardware.oversleep(Interval(seconds: 3))
    rig.run(3 + rig.board.safety.rampS + 3 * rig.periodS)
    #expect(rig.stopReason == .lateTick && rig.isIdle)
    let lost = imu.lostSamples
    #expect(abs(Double(lost) - 3 * imu.sampleRateHz) <= 5)
    rig.run(1)
    rig.loop.disarm()
    #expect(rig.loop.arm() == [])
    rig.run(1)
    #expect(imu.lostSamples == lost && rig.loop.gate.state == .armed)
  }
}
