// SPDX-License-Identifier: Apache-2.0
import Board
import Diagnosis
import Simulation

/// A robot on a bench, whole until a test breaks it: a Raspberry Pi 5 with its chips.
struct Robot {
  var board: BoardDescription
  var facts: MachineFacts
  var fit: ModelFit? = .measured(planMs: 40, engine: "dotprod", modelBytes: 3 << 20)
  /// What the IMU felt, for a bench that does not move.
  var felt = Probe.Inertial.atRest
  let bench = Workbench()

  static let text = """
    board: bench-rover
    title: For tests
    machine: linux
    model: model.safetensors
    computer:
      name: pi5
      title: Raspberry Pi 5
      models: Raspberry Pi 5
      buses:
        i2c-1: {adapter: 1f00074000.i2c, sda: GPIO2, scl: GPIO3, speed: 400 kHz, \
    enable: dtparam=i2c_arm=on}
        i2c-3: {adapter: bit-banged, sda: GPIO4, scl: GPIO5}
      lines:
        GPIO17: {chip: pinctrl-rp1, line: 17}
        GPIO27: {chip: pinctrl-rp1, line: 27}
        GPIO22: {chip: pinctrl-rp1}
      pwm_outputs:
        PWM2: {chip: 1f00098000.pwm, channel: 2, pin: GPIO18, enable: dtoverlay=pwm-2chan}
      console: {tty: ttyAMA10}
      watchdog: {device: /dev/watchdog0, shortest: 1 s, longest: 15 s}
      camera: USB, or CSI with camera_auto_detect=1
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
    power:
      - {name: battery, chip: ina219, bus: i2c-1, address: 0x41, shunt: 0.1 Ohm, \
    max_current: 3.2 A, max_voltage: 16 V}
    servos:
      - {name: gripper, output: PWM2, pulse: [1 ms, 2 ms], travel: 90 deg, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
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

  /// Read once: the files are written for it.
  private static let files = Result { () throws -> (BoardDescription, MachineFacts) in
    let tree = try FileTree(ComputerTrees.pi5)
    defer { withExtendedLifetime(tree) {} }
    let reader = FactReader(root: tree.root, survey: NoSurvey(), nowS: 1_750_000_000)
    return (
      try BoardDescription.parse(text, path: "boards/bench-rover/board.yaml"), reader.read()
    )
  }

  init() throws {
    (board, facts) = try Self.files.get()
    (facts.disk.freeBytes, facts.disk.totalBytes) = (20 << 30, 30 << 30)
    facts.nodes = [
      .init(path: "/dev/i2c-1", mode: 0o660, owner: 0, group: 993),
      .init(path: "/dev/gpiochip0", mode: 0o660, owner: 0, group: 994),
      .init(path: "/dev/video0", mode: 0o660, owner: 0, group: 44),
      .init(path: "/dev/ttyAMA10", mode: 0o660, owner: 0, group: 20)
    ]
    facts.user.groupIDs.insert(20)
    let lines = (0..<54).map { MachineFacts.GPIOLine(offset: $0, name: "GPIO\($0)") }
    facts.gpioChips = [.init(label: "pinctrl-rp1", lines: lines)]
    facts.cameras = [
      .init(
        path: "/dev/video0", card: "front",
        formats: ["MJPG", "YUYV"],
        modes: [
          .init(format: "MJPG", widthPx: 640, heightPx: 480, ratesHz: [30, 15]),
          .init(format: "YUYV", widthPx: 1280, heightPx: 720, ratesHz: [5])
        ])
    ]
    bench.attach(PlainChip.mpu6050, to: "i2c-1", at: 0x68)
    bench.attach(FakePCA9685(), to: "i2c-1", at: 0x40)
    bench.attach(WordChip([:]), to: "i2c-1", at: 0x41)
    bench.camera = BenchCamera(name: "front", rateHz: 10, clock: bench.bench)
  }

  /// The IMU and the PWM chip give way to others, or to none.
  func replaceChips(_ chips: (chip: any FakeChip, address: UInt8)...) {
    bench.clear("i2c-1")
    bench.attach(WordChip([:]), to: "i2c-1", at: 0x41)
    for (chip, address) in chips { bench.attach(chip, to: "i2c-1", at: address) }
  }

  /// The board file names no computer: buses and lines are called as the kernel calls them.
  mutating func forgetComputer() { board.computer = nil }

  func examine() -> [Finding] {
    var probe = Prober(board: board, facts: facts, hardware: bench).probe()
    probe.inertial = felt
    return Doctor.examine(Evidence(board: board, facts: facts, probe: probe, fit: fit))
  }
}

extension Probe.Inertial {
  static let atRest: Probe.Inertial = {
    var probe = Probe.Inertial()
    (probe.samples, probe.edges, probe.rateHz) = (50, 50, 100)
    (probe.forceMS2, probe.forceSpreadMS2, probe.turnRadS) = (9.79, 0.02, 0.03)
    return probe
  }()
}
