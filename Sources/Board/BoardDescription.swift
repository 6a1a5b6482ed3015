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
  /// The world in which the simulator puts it, for a real robot too; nil when it has none.
  public var world: World?
  /// What the robot's computer offers; nil only for simulated machines.
  public var computer: Computer?
  /// Where the file lies; `modelPath` starts there.
  public var folder: String
  /// The files that it was read from: its own, and those that it extends.
  public internal(set) var files: [String] = []
  public var modelPath: String
  /// The boards whose models are this one's to use: its own and, where `model` leads to another
  /// board's folder, that one's, for then it is shared on purpose.
  public var modelBoards: [String]
  public var rates: Rates
  public var imu: IMU
  public var camera: Camera?
  /// The chip whose channels the parts below name; nil when none does.
  public var pwm: PWM?
  /// What powers the motors; nil without motors.
  public var motorDriver: MotorDriver?
  public var motors: [Motor]
  public var servos: [Servo]
  public var escs: [ESC]
  public var relays: [Relay]
  public var encoders: [Encoder]
  public var power: [Power]
  public var grids: [Grid]
  /// What the parts call the lines, and which lines of the computer those are.
  public var lineRoles: [String: String]
  /// In the order of the model's action.
  public var actions: [Action]
  public var drive: Drive?
  public var safety: SafetySettings
  public var planner: Planner
  public var goal: Goal

  /// The same robot on simulated chips, wired as it is; nil when it has no world to be in.
  public var simulated: BoardDescription? {
    guard let world else { return nil }
    var copy = self
    copy.machine = .simulated(world)
    return copy
  }

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
      "The simulator's world: where it lives, or for a real robot what --simulate puts it in.")
    static let model = Key.text(
      "model", .required(example: "model.safetensors"),
      "The world model's file, relative to this one.")
    static let rates = Key.section("rates", Rates.table, "How often the robot acts and decides.")
    static let extends = Key.texts(
      "extends", .optional(example: "../computers/pi5.yaml"),
      "Files that this one completes, relative to it: later ones win, this one wins over all.")
    static let computer = Key.optionalSection(
      "computer", Computer.table, "What the robot's computer offers: see boards/computers.")
    static let lines = Key.map(
      "lines", of: .text, .optional(example: "{IMU_INT: GPIO17}"),
      "Which line of the computer each line's name below stands for; itself when absent.")
    static let imu = Key.section("imu", IMU.table, "The motion sensor.")
    static let camera = Key.optionalSection("camera", Camera.table, "The camera.")
    static let pwm = Key.optionalSection(
      "pwm", PWM.table, "The chip that makes PWM for motors, servos and ESCs.")
    static let motorDriver = Key.optionalSection(
      "motor_driver", MotorDriver.table, "The chip that powers the motors.")
    static let motors = Key.sections("motors", Motor.table, "The motors and their wiring.")
    static let servos = Key.sections("servos", Servo.table, "Hobby servos.")
    static let escs = Key.sections("escs", ESC.table, "Speed controllers of brushless motors.")
    static let relays = Key.sections("relays", Relay.table, "Switches on GPIO lines.")
    static let encoders = Key.sections("encoders", Encoder.table, "Encoders on the wheels.")
    static let power = Key.sections("power", Power.table, "What measures the supplies.")
    static let grids = Key.sections(
      "grids", Grid.table, "Sensors that see a small picture of temperatures or distances.")
    static let actions = Key.requiredSections(
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
    Keys.extends, Keys.board, Keys.title, Keys.machine, Keys.world, Keys.model, Keys.computer,
    Keys.lines, Keys.rates, Keys.imu, Keys.camera, Keys.pwm, Keys.motorDriver, Keys.motors,
    Keys.servos, Keys.escs, Keys.relays, Keys.encoders, Keys.power, Keys.grids, Keys.actions,
    Keys.drive, Keys.safety, Keys.planner, Keys.goal
  ])

  /// Precondition: the checks had no complaint.
  init(_ file: Section, folder: String) {
    let names = LineNames(file)
    name = file[Keys.board]
    title = file[Keys.title]
    world = file.find(Keys.world)?.value
    machine = file[Keys.machine] == .linux ? .linux : world.map { .simulated($0) } ?? .linux
    computer = file.find(Keys.computer).map { Computer($0.value) }
    lineRoles = names.roles
    self.folder = folder
    modelPath = file.path(Keys.model, folder: folder) ?? ""
    modelBoards =
      [name] + file[Keys.model].split(separator: "/").dropLast().suffix(1).map(String.init)
    rates = Rates(file[Keys.rates])
    imu = IMU(file[Keys.imu], names: names, folder: folder)
    camera = file.find(Keys.camera).map { Camera($0.value, names: names) }
    pwm = file.find(Keys.pwm).map { PWM($0.value, names: names) }
    motorDriver = file.find(Keys.motorDriver).map { MotorDriver($0.value, names: names) }
    motors = file.all(Keys.motors).map { Motor($0, names: names) }
    servos = file.all(Keys.servos).map { Servo($0, names: names) }
    escs = file.all(Keys.escs).map { ESC($0, names: names) }
    relays = file.all(Keys.relays).map { Relay($0, names: names) }
    encoders = file.all(Keys.encoders).map { Encoder($0, names: names) }
    power = file.all(Keys.power).map(Power.init)
    grids = file.all(Keys.grids).map { Grid($0, names: names, folder: folder) }
    actions = file[Keys.actions].map(Action.init)
    drive = file.find(Keys.drive).map { Drive($0.value) }
    safety = SafetySettings(
      file[Keys.safety], decisionPeriodS: rates.decisionPeriodS, names: names)
    planner = Planner(file[Keys.planner], decisionPeriodS: rates.decisionPeriodS)
    goal = file[Keys.goal]
  }
}

extension Section {
  /// The sections of a list; none when it is absent.
  func all(_ key: Key<[Section]>) -> [Section] { find(key)?.value ?? [] }
}
