// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Estimation
import LoopFixtures
import Quantities
import Runtime
import Safety
import Testing

@Suite("Perception")
struct PerceptionTests {
  /// An IMU that says what it is told.
  final class Puppet: InertialSensor {
    let sampleRateHz = 200.0
    let lostSamples = 0
    var next: [InertialSample] = []

    func start(clock: any Clock) throws(DeviceError) {}

    func temperatureC() throws(DeviceError) -> Double { 25 }
    func drain(_ each: (InertialSample) -> Void) throws(DeviceError) {
      for sample in next { each(sample) }
      next = []
    }
  }

  private func sample(_ ms: Int64, gyro: Vector3 = .zero, accel: Vector3) -> InertialSample {
    InertialSample(at: Instant(nanoseconds: ms * 1_000_000), gyroRadS: gyro, accelMS2: accel)
  }

  static let bad: [(Vector3, Vector3)] = [Double.nan, .infinity, -.infinity].flatMap { value in
    [
      (Vector3(value, 0, 0), Vector3(0, 0, 9.8)), (Vector3(0, value, 0), Vector3(0, 0, 9.8)),
      (Vector3(0, 0, value), Vector3(0, 0, 9.8)), (.zero, Vector3(value, 0, 9.8)),
      (.zero, Vector3(0, value, 9.8)), (.zero, Vector3(0, 0, value))
    ]
  }

  @Test("a sample that is no number reaches the gate as such, once", arguments: bad.indices)
  func nonFinite(index: Int) throws {
    let imu = Puppet()
    let perception = Perception(
      board: try BoardName.balance.load(), imu: imu, camera: nil, clock: StandingClock(), bins: 2)
    let good = Vector3(0, 0, 9.8)
    imu.next = [sample(5, accel: good), sample(10, accel: good)]
    perception.update(drive: .zero)
    #expect(perception.senses.tiltRad.map { $0 < 0.01 } == true)
    imu.next = [
      sample(15, gyro: Self.bad[index].0, accel: Self.bad[index].1), sample(20, accel: good)
    ]
    perception.update(drive: .zero)
    let tilt = try #require(perception.senses.tiltRad)
    #expect(!tilt.isFinite)
    imu.next = [sample(25, accel: good)]
    perception.update(drive: .zero)
    #expect(perception.senses.tiltRad.map { $0 < 0.01 } == true, "the filter left it out")
    #expect(perception.gyroRadS.isFinite && perception.accelMS2.isFinite)
  }

  @Test("a chip mounted upside down is felt upright: board.yaml says how it is turned")
  func axes() throws {
    let imu = Puppet()
    var board = try BoardName.balance.load()
    board.imu.axes = try #require(AxisMap([.x, .minusY, .minusZ]))
    let perception = Perception(board: board, imu: imu, camera: nil, clock: StandingClock(), bins: 2)
    imu.next = [5, 10].map {
      sample($0, gyro: Vector3(0.1, 0.2, 0.3), accel: Vector3(0.5, 1, -9.8))
    }
    perception.update(drive: .zero)
    #expect(perception.gyroRadS == Vector3(0.1, -0.2, -0.3))
    #expect(perception.accelMS2 == Vector3(0.5, -1, 9.8))
    #expect(perception.senses.tiltRad.map { $0 < 0.2 } == true)
  }

  @Test("a calibration corrects the accelerometer for all that use it, the gyro is left to rest")
  func calibrated() throws {
    var calibration = ImuCalibration()
    calibration.accelMatrix = Matrix3(
      rows: (Vector3(1, 0.02, 0), Vector3(0, 0.9, 0), Vector3(0, 0, 1.1)))
    calibration.accelBiasMS2 = Vector3(1, 2, 0.8)
    calibration.gyroBiasRadS = Vector3(1, 1, 1)
    let imu = Puppet()
    let perception = Perception(
      board: try BoardName.balance.load(), imu: imu, camera: nil, clock: StandingClock(),
      calibration: calibration, bins: 2)
    imu.next = [sample(5, accel: Vector3(1, 2, 9.8)), sample(10, accel: Vector3(1, 2, 9.8))]
    perception.update(drive: .zero)
    #expect((perception.accelMS2 - Vector3(0, 0, 9.9)).norm < 1e-12)
    #expect(perception.gyroRadS == .zero)
    #expect(perception.senses.tiltRad.map { $0 < 1e-6 } == true, "it stands upright after all")
  }

  @Test("before the first sample nothing is known")
  func nothing() throws {
    let perception = Perception(
      board: try BoardName.balance.load(), imu: Puppet(), camera: nil,
      clock: StandingClock(), bins: 2)
    perception.update(drive: .zero)
    var expected = Senses()
    (expected.positionM, expected.speedMS) = (.zero, 0)  // by definition
    #expect(perception.senses == expected)
  }
}

/// For senses that need no time of their own.
private final class StandingClock: Clock {
  let now = Instant.zero
  func sleep(until deadline: Instant) {}
}
