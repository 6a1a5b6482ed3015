// SPDX-License-Identifier: Apache-2.0
import Board
import Diagnosis
import Simulation

/// A robot on a bench, whole until a test breaks it: a Raspberry Pi 5 with its chips.
struct Robot {
  var board: BoardDescription
  var facts: MachineFacts
  var fit: ModelFit? = .measured(planMs: 40, engine: "dotprod", modelBytes: 3 << 20)
  let bench = Workbench()

  static let text = """
    board: bench-rover
    title: For tests
    machine: linux
    model: model.safetensors
    rates: {gate: 100 Hz, decision: 0.3 s}
    imu:
      chip: mpu6050
      bus: i2c-1
      address: 0x68
      interrupt: GPIO17
      rate: 100 Hz
      gyro_range: 500 deg/s
      accel_range: 4 g
      filter: 44 Hz
    camera: {name: front, width: 64 px, height: 64 px, rate: 10 Hz}
    pwm: {chip: pca9685, bus: i2c-1, address: 0x40, frequency: 1000 Hz}
    motor_driver: {chip: tb6612, standby: GPIO27}
    motors:
      - {name: left, pwm: 0, in1: 1, in2: 2, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
      - {name: right, pwm: 3, in1: 4, in2: 5, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
    actions:
      - {name: left, motors: [left]}
      - {name: right, motors: [right]}
    planner: {candidates: 128, elites: 8, deadline: 0.2 s}
    goal: picture

    """

  init() throws {
    board = try BoardDescription.parse(Self.text, path: "boards/bench-rover/board.yaml")
    let tree = try FileTree(ComputerTrees.pi5)
    facts = FactReader(root: tree.root, survey: NoSurvey(), nowS: 1_750_000_000).read()
    withExtendedLifetime(tree) {}
    (facts.disk.freeBytes, facts.disk.totalBytes) = (20 << 30, 30 << 30)
    facts.nodes = [
      .init(path: "/dev/i2c-1", mode: 0o660, owner: 0, group: 993),
      .init(path: "/dev/gpiochip0", mode: 0o660, owner: 0, group: 994),
      .init(path: "/dev/video0", mode: 0o660, owner: 0, group: 44)
    ]
    let lines = (0..<54).map { MachineFacts.GPIOLine(offset: $0, name: "GPIO\($0)") }
    facts.gpioChips = [.init(name: "gpiochip0", label: "pinctrl-rp1", lines: lines)]
    facts.cameras = [
      .init(
        path: "/dev/video0", card: "front",
        formats: [
          .init(fourCC: "MJPG", widthPx: 640, heightPx: 480, ratesHz: [30, 15]),
          .init(fourCC: "YUYV", widthPx: 1280, heightPx: 720, ratesHz: [5])
        ])
    ]
    bench.attach(FakeMPU6050 { _ in }, to: "i2c-1", at: 0x68)
    bench.attach(FakePCA9685(), to: "i2c-1", at: 0x40)
    bench.camera = BenchCamera(name: "front", rateHz: 10, clock: bench.bench)
  }

  /// The chips of the bus give way to others, or to none.
  func replaceChips(_ chips: (chip: any FakeChip, address: UInt8)...) {
    bench.clear("i2c-1")
    for (chip, address) in chips { bench.attach(chip, to: "i2c-1", at: address) }
  }

  /// The kernel also has, or only has, these adapters.
  mutating func rename(adapter number: Int) { facts.i2cAdapters[0].number = number }

  func examine() -> [Finding] {
    let probe = Prober(board: board, facts: facts, hardware: bench).probe()
    return Doctor.examine(Evidence(board: board, facts: facts, probe: probe, fit: fit))
  }
}
