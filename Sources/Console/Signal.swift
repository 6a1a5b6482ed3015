// SPDX-License-Identifier: Apache-2.0
import Intercom

/// One number of a snapshot, by name: what `listen` and `plot` show.
public struct Signal: Sendable {
  public let name: String
  public let unit: String
  let topic: Topic
  let read: @Sendable (RobotSnapshot) -> Double?

  /// Signals that are listened to together.
  public enum Topic: String, CaseIterable, Sendable {
    case imu, attitude, motion, mind, outputs, power, ticks
  }

  init(
    _ topic: Topic, _ name: String, _ unit: String,
    _ read: @escaping @Sendable (RobotSnapshot) -> Double?
  ) {
    (self.topic, self.name, self.unit, self.read) = (topic, name, unit, read)
  }

  private static let degrees = 180 / Double.pi

  /// - Parameter outputs: the names of the set points, in their order.
  static func all(outputs: [String]) -> [Signal] {
    imu + attitude + motion + mind
      + outputs.prefix(8).enumerated().map { index, name in
        Signal(.outputs, "out.\(name)", "") { $0.setPoints[index] }
      } + power + ticks
  }

  private static let imu = [
    Signal(.imu, "gyro.x", "deg/s") { $0.gyroRadS.x * degrees },
    Signal(.imu, "gyro.y", "deg/s") { $0.gyroRadS.y * degrees },
    Signal(.imu, "gyro.z", "deg/s") { $0.gyroRadS.z * degrees },
    Signal(.imu, "accel.x", "m/s2") { $0.accelMS2.x },
    Signal(.imu, "accel.y", "m/s2") { $0.accelMS2.y },
    Signal(.imu, "accel.z", "m/s2") { $0.accelMS2.z },
    Signal(.imu, "imu.age", "ms") { $0.imuAgeS.map { $0 * 1000 } }
  ]

  private static let attitude = [
    Signal(.attitude, "tilt", "deg") { $0.tiltRad.map { $0 * degrees } },
    Signal(.attitude, "roll", "deg") { $0.rollRad.map { $0 * degrees } },
    Signal(.attitude, "pitch", "deg") { $0.pitchRad.map { $0 * degrees } },
    Signal(.attitude, "yaw", "deg") { $0.yawRad.map { $0 * degrees } }
  ]

  private static let motion = [
    Signal(.motion, "x", "m") { $0.positionM?.x },
    Signal(.motion, "y", "m") { $0.positionM?.y },
    Signal(.motion, "speed", "m/s") { $0.speedMS },
    Signal(.motion, "nearest", "m") { $0.nearestM }
  ]

  private static let mind = [
    Signal(.mind, "goal", "") { $0.goalDistance },
    Signal(.mind, "surprise", "") { $0.surprise },
    Signal(.mind, "plan", "%") { $0.planShare.map { $0 * 100 } },
    Signal(.mind, "imagined", "") { Double($0.imagined) },
    Signal(.mind, "frame.age", "ms") { $0.frameAgeS.map { $0 * 1000 } }
  ]

  private static let power = [
    Signal(.power, "supply.margin", "V") { $0.supplyMarginV },
    Signal(.power, "current", "%") { $0.currentShare.map { $0 * 100 } },
    Signal(.power, "temperature", "degC") { $0.temperatureC },
    Signal(.power, "bus.errors", "") { Double($0.busErrors) }
  ]

  private static let ticks = [
    Signal(.ticks, "ticks", "") { Double($0.ticks) },
    Signal(.ticks, "missed", "") { Double($0.missedTicks) },
    Signal(.ticks, "tick", "ms") { $0.body.lastS * 1000 },
    Signal(.ticks, "tick.worst", "ms") { $0.body.worstS * 1000 },
    Signal(.ticks, "decisions", "") { Double($0.decisions) }
  ]
}
