// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#endif

struct OdometryTests {
  private func odometry(lagS: Double = 0) -> Odometry {
    Odometry(trackM: 0.2, maxSpeedMS: 0.5, timeConstantS: lagS)
  }

  @Test("Straight ahead at half duty goes half the maximum speed along x")
  func straight() {
    var robot = odometry()
    // One step to speed, whose mean speed is half, then 100.
    robot.update(leftDuty: 0.5, rightDuty: 0.5, yawRateRadS: 0, dtS: 0.01)
    let start = robot.xM
    for _ in 0..<100 { robot.update(leftDuty: 0.5, rightDuty: 0.5, yawRateRadS: 0, dtS: 0.01) }
    #expect(abs(robot.xM - start - 0.25) < 1e-9)
    #expect(abs(robot.yM) < 1e-12)
  }

  @Test("A wheel reaches 63 % of its speed after one time constant")
  func lag() {
    var robot = odometry(lagS: 0.2)
    for _ in 0..<20 { robot.update(leftDuty: 1, rightDuty: 1, yawRateRadS: 0, dtS: 0.01) }
    #expect(abs(robot.speedMS - 0.5 * (1 - exp(-1))) < 1e-9)
  }

  @Test("A full circle to the left ends where it began, at a heading of 2π, and passes on the left")
  func circle() {
    var robot = odometry()
    robot.update(leftDuty: 0.4, rightDuty: 0.4, yawRateRadS: 0, dtS: 1e-9)
    let steps = 1000
    var leftmost = 0.0
    for _ in 0..<steps {
      robot.update(
        leftDuty: 0.4, rightDuty: 0.4, yawRateRadS: 2 * .pi / 10, dtS: 10 / Double(steps))
      leftmost = max(leftmost, robot.yM)
    }
    #expect(abs(robot.headingRad - 2 * .pi) < 1e-9)
    #expect((robot.xM * robot.xM + robot.yM * robot.yM).squareRoot() < 1e-5)
    // Diameter: 0.2 m/s for 10 s is a circumference of 2 m.
    #expect(abs(leftmost - 2 / .pi) < 1e-4)
  }

  @Test("Heading follows the gyro, not the commands; the difference is the residual")
  func slip() {
    var robot = odometry()
    for _ in 0..<100 { robot.update(leftDuty: -0.4, rightDuty: 0.4, yawRateRadS: 0, dtS: 0.01) }
    #expect(robot.headingRad == 0)
    #expect(abs(robot.commandedYawRateRadS - 2) < 1e-12)
    #expect(abs(robot.yawResidualRadS + 2) < 1e-12)
  }

  @Test("Without a gyro value the commands turn the heading; duties are clamped, NaN is zero")
  func badInputs() {
    var robot = odometry()
    robot.update(leftDuty: -7, rightDuty: 7, yawRateRadS: .nan, dtS: 0.1)
    #expect(abs(robot.headingRad - 0.5) < 1e-12)
    robot.update(leftDuty: .nan, rightDuty: .nan, yawRateRadS: 0, dtS: 0.1)
    #expect(robot.speedMS == 0)
    let before = robot.headingRad
    robot.update(leftDuty: 1, rightDuty: 1, yawRateRadS: 1, dtS: -1)
    robot.update(leftDuty: 1, rightDuty: 1, yawRateRadS: 1, dtS: .nan)
    #expect(robot.headingRad == before)
    #expect(robot.speedMS == 0)
  }

  @Test("After a reset of the pose the wheels still turn")
  func reset() {
    var robot = odometry()
    robot.update(leftDuty: 1, rightDuty: 1, yawRateRadS: 0.1, dtS: 1)
    robot.resetPose()
    #expect(robot.xM == 0 && robot.yM == 0 && robot.headingRad == 0)
    #expect(robot.speedMS == 0.5)
  }
}

struct ImuBinsTests {
  @Test("Each bin is the mean of its samples, gyro first, oldest bin first")
  func means() {
    var bins = ImuBins(bins: 2)
    bins.add(gyroRadS: Vector3(1, 2, 3), accelMS2: Vector3(4, 5, 6), fraction: 0)
    bins.add(gyroRadS: Vector3(3, 4, 5), accelMS2: Vector3(6, 7, 8), fraction: 0.49)
    bins.add(gyroRadS: Vector3(-1, 0, 0), accelMS2: Vector3(0, 0, 9), fraction: 0.5)
    #expect(bins.sampleCount == 3)
    var values = [Float](repeating: 99, count: 14)
    bins.take(into: &values, at: 1)
    #expect(values == [99, 2, 3, 4, 5, 6, 7, -1, 0, 0, 0, 0, 9, 99])
    #expect(bins.sampleCount == 0)
  }

  @Test("A bin without a sample repeats the one before, across intervals; at first it is zero")
  func repeats() {
    var bins = ImuBins(bins: 3)
    var values = [Float](repeating: 99, count: bins.valueCount)
    bins.take(into: &values)
    #expect(values == [Float](repeating: 0, count: 18))
    bins.add(gyroRadS: Vector3(1, 0, 0), accelMS2: .zero, bin: 1)
    bins.take(into: &values)
    #expect([values[0], values[6], values[12]] == [0, 1, 1])
    bins.add(gyroRadS: Vector3(2, 0, 0), accelMS2: .zero, bin: 2)
    bins.take(into: &values)
    #expect([values[0], values[6], values[12]] == [1, 1, 2])
  }

  @Test("Early and late samples fall into the first and last bin; those not finite into none")
  func edges() {
    var bins = ImuBins(bins: 2)
    bins.add(gyroRadS: Vector3(1, 0, 0), accelMS2: .zero, fraction: -0.2)
    bins.add(gyroRadS: Vector3(5, 0, 0), accelMS2: .zero, fraction: 1.3)
    bins.add(gyroRadS: Vector3(.nan, 0, 0), accelMS2: .zero, fraction: 0.1)
    bins.add(gyroRadS: Vector3(7, 0, 0), accelMS2: .zero, fraction: .nan)
    var values = [Float](repeating: 0, count: 12)
    bins.take(into: &values)
    #expect(values[0] == 1 && values[6] == 5)
  }
}
