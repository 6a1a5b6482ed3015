// SPDX-License-Identifier: Apache-2.0
import Safety

extension BoardDescription {
  /// When the gate slows or stops the robot, and how.
  public struct SafetySettings: Hashable, Sendable {
    /// The oldest frame to act on.
    public var frameTimeoutS: Double
    /// The oldest IMU sample to act on.
    public var imuTimeoutS: Double
    /// The oldest plan to act on.
    public var planTimeoutS: Double
    /// The oldest reading of a power monitor and of a grid sensor to act on.
    public var supplyTimeoutS: Double
    public var gridTimeoutS: Double
    /// How long one tick of the control loop may take.
    public var tickTimeoutS: Double
    /// How long the gate takes to bring a full command to rest.
    public var rampS: Double
    /// How long the outputs rest, switched on, before the robot moves.
    public var armingS: Double
    /// The largest angle between the body's z axis and up.
    public var tiltRad: Double
    /// The nearest thing that a distance sensor may see.
    public var obstacleM: Double
    public var workspace: Workspace
    /// What a slowed robot is let through of each command.
    public var slowShare: Double
    /// Prediction errors, as multiples of what is usual: to be slow from, to stop from.
    public var surprise: Double
    public var lost: Double
    public var computer: ComputerLimits
    /// The line of an emergency stop; nil without one.
    public var emergencyStopLine: String?
    /// Whether the robot may move only while umwelt-guard lives.
    public var needsGuard: Bool
    public var failsafes: Failsafes
  }
}

extension BoardDescription.SafetySettings {
  enum Keys {
    static let frameTimeout = Key.quantity(
      "frame_timeout", .seconds, 0.01...60, .standard(value: "0.5 s"),
      "Stop when the newest frame is older than this.")
    static let imuTimeout = Key.quantity(
      "imu_timeout", .milliseconds, 1...10_000, .standard(value: "50 ms"),
      "Stop when the newest IMU sample is older than this.")
    static let planTimeout = Key.quantity(
      "plan_timeout", .seconds, 0.01...60, .optional(example: "1 s"),
      "Stop when the newest plan is older than this; three decisions when absent.")
    static let supplyTimeout = Key.quantity(
      "supply_timeout", .seconds, 0.01...60, .standard(value: "1 s"),
      "Stop when a power monitor's newest reading is older than this.")
    static let gridTimeout = Key.quantity(
      "grid_timeout", .seconds, 0.01...60, .standard(value: "1 s"),
      "Stop when a grid sensor's newest picture is older than this.")
    static let tickTimeout = Key.quantity(
      "tick_timeout", .seconds, 0.01...10, .standard(value: "0.5 s"),
      "Stop when one tick of the control loop took longer than this.")
    static let ramp = Key.quantity(
      "ramp", .seconds, 0...10, .standard(value: "0.3 s"),
      "How long a stop from full power takes.")
    static let arming = Key.quantity(
      "arming", .seconds, 0...10, .standard(value: "0 s"),
      "How long the outputs rest, switched on, before the robot moves.")
    static let tilt = Key.quantity(
      "tilt", .degrees, 5...180, .standard(value: "50 deg"),
      "Stop when the robot leans over by more than this.")
    static let obstacle = Key.quantity(
      "obstacle", .metres, 0.01...10, .standard(value: "0.1 m"),
      "Stop when a distance sensor sees something nearer than this.")
    static let workspace = Key.standardSection(
      "workspace", Workspace.table, "Where the robot may go, from where it was armed.")
    static let slowShare = Key.number(
      "slow_share", 0.05...1, .standard(value: "0.5"),
      "What a slowed robot is let through of each command.")
    static let surprise = Key.number(
      "surprise", 1...1000, .standard(value: "1.5"),
      "Slow from this prediction error on, in multiples of the model's usual one.")
    static let lost = Key.number(
      "lost", 1...1000, .standard(value: "1.5"),
      "Stop when the prediction error stays above this for long, in multiples of the usual one.")
    static let computer = Key.standardSection(
      "computer", ComputerLimits.table, "What the robot's computer must keep.")
    static let emergencyStop = Key.text(
      "emergency_stop", .optional(example: "E_STOP"),
      "The GPIO line of a normally-closed emergency stop to ground, with a pull-up.")
    static let needsGuard = Key.flag(
      "guard", standard: false, "True when the robot may move only while umwelt-guard lives.")
    static let failsafes = Key.standardSection(
      "failsafes", Failsafes.table, "What follows when something is wrong; see the README.")
  }

  static let table = Table([
    Keys.frameTimeout, Keys.imuTimeout, Keys.planTimeout, Keys.supplyTimeout, Keys.gridTimeout,
    Keys.tickTimeout, Keys.ramp, Keys.arming, Keys.tilt, Keys.obstacle,
    Keys.workspace, Keys.slowShare, Keys.surprise, Keys.lost, Keys.computer, Keys.emergencyStop,
    Keys.needsGuard, Keys.failsafes
  ])

  init(_ section: Section, decisionPeriodS: Double, names: LineNames) {
    frameTimeoutS = section[Keys.frameTimeout]
    imuTimeoutS = section[Keys.imuTimeout]
    planTimeoutS = section.find(Keys.planTimeout)?.value ?? 3 * decisionPeriodS
    supplyTimeoutS = section[Keys.supplyTimeout]
    gridTimeoutS = section[Keys.gridTimeout]
    tickTimeoutS = section[Keys.tickTimeout]
    (rampS, armingS) = (section[Keys.ramp], section[Keys.arming])
    (tiltRad, obstacleM) = (section[Keys.tilt], section[Keys.obstacle])
    workspace = Workspace(section[Keys.workspace])
    slowShare = section[Keys.slowShare]
    (surprise, lost) = (section[Keys.surprise], section[Keys.lost])
    computer = ComputerLimits(section[Keys.computer])
    emergencyStopLine = section.find(Keys.emergencyStop).map { names.line($0.value) }
    needsGuard = section[Keys.needsGuard]
    failsafes = Failsafes(section[Keys.failsafes])
  }
}

extension Workspace {
  enum Keys {
    static let radius = Key.quantity(
      "radius", .metres, 0.1...100_000, .standard(value: "20 m"),
      "How far it may go from where it was armed, by dead reckoning.")
    static let keepOut = Key.optionalSections(
      "keep_out", Circle.table, "Where it may not go.")
  }

  static let table = Table([Keys.radius, Keys.keepOut])

  init(_ section: Section) {
    self.init(
      radiusM: section[Keys.radius], keepOut: section.all(Keys.keepOut).map { Circle($0) })
  }
}

extension Workspace.Circle {
  enum Keys {
    static let x = Key.quantity(
      "x", .metres, -100_000...100_000, .required(example: "2 m"),
      "Its middle, forward of where the robot was armed.")
    static let y = Key.quantity(
      "y", .metres, -100_000...100_000, .required(example: "0 m"),
      "Its middle, left of where the robot was armed.")
    static let radius = Key.quantity(
      "radius", .metres, 0.01...100_000, .required(example: "0.5 m"), "Its radius.")
  }

  static let table = Table([Keys.x, Keys.y, Keys.radius])

  init(_ section: Section) {
    self.init(xM: section[Keys.x], yM: section[Keys.y], radiusM: section[Keys.radius])
  }
}

extension ComputerLimits {
  enum Keys {
    static let hot = Key.quantity(
      "hot", .celsius, 30...120, .standard(value: "80 degC"), "Slow from here on.")
    static let tooHot = Key.quantity(
      "too_hot", .celsius, 30...120, .standard(value: "90 degC"), "Stop from here on.")
    static let disk = Key.quantity(
      "free_disk", .megabytes, 0...1_000_000, .standard(value: "64 MB"),
      "Stop when less is free where recordings go.")
    static let memory = Key.quantity(
      "free_memory", .megabytes, 0...1_000_000, .standard(value: "32 MB"),
      "Stop when less memory is available.")
  }

  static let table = Table([Keys.hot, Keys.tooHot, Keys.disk, Keys.memory])

  init(_ section: Section) {
    self.init()
    (hotC, tooHotC) = (section[Keys.hot], section[Keys.tooHot])
    (freeDiskBytes, freeMemoryBytes) = (section[Keys.disk], section[Keys.memory])
  }
}
