// SPDX-License-Identifier: Apache-2.0

/// A robot as its board.yaml tells it: chips, wiring, rates, limits and settings, all checked.
///
/// Frames: the IMU's body frame is x forward, y left, z up.
/// ```
///        x forward
///        ^
///        |
///  y <---o z (up, towards you)      a positive tilt about y lowers the nose
/// ```
public struct BoardDescription: Hashable, Sendable {
  /// The name of the board's folder.
  public var name: String
  public var title: String
  public var machine: Machine
  /// Where the file lies; `modelPath` starts there.
  public var folder: String
  public var modelPath: String
  /// The boards whose models are this one's to use: its own and, where `model` leads to another
  /// board's folder, that one's, for then it is shared on purpose.
  public var modelBoards: [String]
  public var rates: Rates
  public var imu: IMU
  public var camera: Camera?
  public var pwm: PWM
  public var motorDriver: MotorDriver
  public var motors: [Motor]
  /// In the order of the model's action.
  public var actions: [Action]
  public var drive: Drive?
  public var safety: SafetySettings
  public var planner: Planner
  public var goal: Goal

  /// What the robot runs on.
  public enum Machine: Hashable, Sendable {
    /// The chips are simulated, at register level, in a world.
    case simulated(World)
    /// The chips hang on this computer's buses.
    case linux
  }

  /// A world of the simulator.
  public enum World: String, CaseIterable, Hashable, Sendable {
    case rover, balance
  }

  /// What the planner steers towards when the command line names nothing else.
  public enum Goal: String, CaseIterable, Hashable, Sendable {
    /// The camera should see a given picture.
    case picture
    /// The IMU should be at rest and level.
    case level
  }
}

extension BoardDescription {
  enum MachineKind: String, CaseIterable { case simulated, linux }

  enum Keys {
    static let board = Key.name(
      "board", .required(example: "sim-rover"), "The board's name, which is its folder's name.")
    static let title = Key.text(
      "title", .required(example: "Two-wheeled rover with a camera"), "One line for people.")
    static let machine = Key<MachineKind>.choice(
      "machine", called: "a machine", .required(example: "simulated"),
      "Whether the chips are simulated or hang on this Linux computer.")
    static let world = Key<World>.choice(
      "world", called: "a world", .optional(example: "rover"),
      "The simulator's world; for simulated machines only.")
    static let model = Key.text(
      "model", .required(example: "model.safetensors"),
      "The world model's file, relative to this one.")
    static let rates = Key.section("rates", Rates.table, "How often the robot acts and decides.")
    static let imu = Key.section("imu", IMU.table, "The motion sensor.")
    static let camera = Key.optionalSection("camera", Camera.table, "The camera.")
    static let pwm = Key.section("pwm", PWM.table, "The chip that makes the motors' PWM.")
    static let motorDriver = Key.section(
      "motor_driver", MotorDriver.table, "The chip that powers the motors.")
    static let motors = Key.sections("motors", Motor.table, "The motors and their wiring.")
    static let actions = Key.sections(
      "actions", Action.table, "What the model commands, in the order of its action.")
    static let drive = Key.optionalSection(
      "drive", Drive.table, "What dead reckoning assumes of a robot that steers by two sides.")
    static let safety = Key.standardSection(
      "safety", SafetySettings.table, "When the gate stops the robot.")
    static let planner = Key.standardSection(
      "planner", Planner.table, "How the planner imagines and chooses.")
    static let goal = Key<Goal>.choice(
      "goal", called: "a goal", .required(example: "picture"), "What the robot tries to reach.")
  }

  static let table = Table([
    Keys.board, Keys.title, Keys.machine, Keys.world, Keys.model, Keys.rates, Keys.imu,
    Keys.camera, Keys.pwm, Keys.motorDriver, Keys.motors, Keys.actions, Keys.drive, Keys.safety,
    Keys.planner, Keys.goal
  ])

  init(_ file: Section, folder: String) {
    name = file[Keys.board]
    title = file[Keys.title]
    machine = file.find(Keys.world).map { .simulated($0.value) } ?? .linux
    self.folder = folder
    let model = file[Keys.model]
    modelPath = model.hasPrefix("/") ? model : "\(folder)/\(model)"
    modelBoards = [name] + model.split(separator: "/").dropLast().suffix(1).map(String.init)
    rates = Rates(file[Keys.rates])
    imu = IMU(file[Keys.imu])
    camera = file.find(Keys.camera).map { Camera($0.value) }
    pwm = PWM(file[Keys.pwm])
    motorDriver = MotorDriver(file[Keys.motorDriver])
    motors = file[Keys.motors].map(Motor.init)
    actions = file[Keys.actions].map(Action.init)
    drive = file.find(Keys.drive).map { Drive($0.value) }
    safety = SafetySettings(file[Keys.safety], decisionPeriodS: rates.decisionPeriodS)
    planner = Planner(file[Keys.planner], decisionPeriodS: rates.decisionPeriodS)
    goal = file[Keys.goal]
  }
}
