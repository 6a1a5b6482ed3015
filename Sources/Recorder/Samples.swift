// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A message of fixed size, as the thread that records it has it in memory. The writer's thread
/// makes JSON of it.
public protocol Sample: BitwiseCopyable, Sendable {
  static var topic: Topic { get }
}

/// What the IMU measured, in the body's axes, bias removed.
public struct ImuSample: Sample {
  public static var topic: Topic { .imu }
  public var gyroRadS: Vector3
  public var accelMS2: Vector3

  public init(gyroRadS: Vector3, accelMS2: Vector3) {
    (self.gyroRadS, self.accelMS2) = (gyroRadS, accelMS2)
  }
}

/// Where the robot believes to be, and how it stands there.
public struct PoseSample: Sample {
  public static var topic: Topic { .pose }
  public var bodyToEarth: Quaternion
  /// Forward and left of where it was armed; zero where nobody reckons.
  public var positionM: SIMD2<Double>

  public init(bodyToEarth: Quaternion, positionM: SIMD2<Double>) {
    (self.bodyToEarth, self.positionM) = (bodyToEarth, positionM)
  }
}

/// What the gate is told. Nil: not known.
public struct SensesSample: Sample {
  public static var topic: Topic { .senses }
  public var imuAgeS: Double?
  public var frameAgeS: Double?
  public var tiltRad: Double?
  public var speedMS: Double?
  public var xM: Double?
  public var yM: Double?
  public var surprise: Double?
  public var planShare: Double?
  public var temperatureC: Double?
  public var supplyMarginV: Double?
  public var nearestM: Double?
  public var busErrors = 0
  public var isStopPressed = false

  public init() {}
}

/// What the mind decided.
public struct DecisionSample: Sample {
  public static var topic: Topic { .decision }
  public var action: SIMD8<Float>
  public var actionCount: Int
  public var goalDistance: Float?
  public var surprise: Float?
  public var imagined = 0
  public var thinkS = 0.0
  public var isHolding = false
  public var isRecovering = false

  public init(action: SIMD8<Float>, count: Int) { (self.action, actionCount) = (action, count) }
}

/// What the gate let through.
public struct CommandSample: Sample {
  public static var topic: Topic { .command }
  public var setPoints: SIMD8<Double>
  public var count: Int
  public var isEnabled: Bool
  /// The gate's state: a number of the recorder's words.
  public var state: UInt16

  public init(setPoints: SIMD8<Double>, count: Int, isEnabled: Bool, state: UInt16) {
    (self.setPoints, self.count) = (setPoints, count)
    (self.isEnabled, self.state) = (isEnabled, state)
  }
}

/// A change of state or a refusal, in words that the recorder was given at the start.
public struct LogSample: Sample {
  /// As foxglove.Log numbers them.
  public enum Level: UInt8, BitwiseCopyable, Sendable {
    case info = 2
    case warning, error, fatal
  }

  public static var topic: Topic { .log }
  public var level: Level
  /// Numbers of the recorder's words; the second may be missing.
  public var what: UInt16
  public var why: UInt16?

  public init(_ level: Level, what: UInt16, why: UInt16? = nil) {
    (self.level, self.what, self.why) = (level, what, why)
  }
}

/// How on time a tick was.
public struct TickSample: Sample {
  public static var topic: Topic { .tick }
  public var tick: Int
  public var late: Interval
  public var work: Interval
  public var missed: Int

  public init(tick: Int, late: Interval, work: Interval, missed: Int) {
    (self.tick, self.late, self.work, self.missed) = (tick, late, work, missed)
  }
}

/// What stands before a frame's pixels.
struct FrameHead: BitwiseCopyable {
  var width: Int
  var height: Int
  var sequence: UInt32
  var capturedAt: Instant
}

/// Messages that a ring had no room for.
struct DropsSample: BitwiseCopyable {
  var dropped: UInt64
  var total: UInt64
}
