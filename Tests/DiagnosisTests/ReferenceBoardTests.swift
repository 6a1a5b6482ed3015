// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Diagnosis
import Simulation
import Testing

/// The boards of this repository on computers that are as their files say.
@Suite struct ReferenceBoardTests {
  private static let folder: String = {
    let here = "\(#filePath)"
    let root = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return root.joined(separator: "/") + "/boards"
  }()

  private func realBoards() throws -> [BoardDescription] {
    try BoardDescription.list(boardsFolder: Self.folder).map {
      try BoardDescription.load($0, boardsFolder: Self.folder)
    }.filter { $0.machine == .linux }
  }

  /// A bench and facts that fit a board.
  private func examine(
    _ board: BoardDescription, change: (inout MachineFacts) -> Void = { _ in }
  ) throws -> [Finding] {
    let computer = try #require(board.computer)
    var facts = try Robot().facts
    facts.model = computer.models.first.map { "\($0) Rev 1.0" }
    facts.i2cAdapters = computer.buses.enumerated().map { index, bus in
      .init(
        number: index + 20, name: "adapter",
        devicePath: "/sys/devices/platform/soc/\(bus.adapter)", speedHz: bus.speedHz)
    }
    facts.nodes = facts.i2cAdapters.map {
      .init(path: "/dev/\($0.kernelName)", mode: 0o660, owner: 0, group: 993)
    }
    let labels = Set(computer.lines.map(\.chip)).sorted()
    facts.gpioChips = labels.enumerated().map { index, label in
      .init(
        label: label,
        lines: computer.lines.filter { $0.chip == label }.map {
          .init(offset: Int($0.line) ?? 900, name: $0.line)
        })
    }
    facts.pwmChips = computer.pwmOutputs.map {
      .init(name: "pwmchip0", outputs: 16, devicePath: "/sys/devices/platform/\($0.chip)/pwm")
    }
    facts.cameras = nil
    facts.pins = nil
    let bench = Workbench()
    bench.attach(PlainChip.mpu6050, to: board.imu.bus, at: board.imu.address)
    if let pwm = board.pwm { bench.attach(FakePCA9685(), to: pwm.bus, at: pwm.address) }
    if let camera = board.camera {
      bench.camera = BenchCamera(name: camera.name, rateHz: camera.rateHz, clock: bench.bench)
    }
    change(&facts)
    let probe = Prober(board: board, facts: facts, hardware: bench).probe()
    let fit = ModelFit.measured(planMs: 1, engine: "test", modelBytes: 1)
    return Doctor.examine(Evidence(board: board, facts: facts, probe: probe, fit: fit))
  }

  @Test("each gives no warning on its own computer")
  func healthy() throws {
    let boards = try realBoards()
    #expect(boards.count >= 16)
    for board in boards {
      let problems = try examine(board).filter { $0.level > .note }
      #expect(problems == [], "\(board.name)")
    }
  }

  @Test("each says so on another computer")
  func wrongComputer() throws {
    for board in try realBoards() {
      let findings = try examine(board) { $0.model = "Banana Pi" }
      let wrong = findings.filter { $0.id == .wrongComputer }
      #expect(wrong.first?.what.contains("Banana Pi") == true, "\(board.name)")
    }
  }

  @Test("each tells how to enable its bus where that is not there")
  func noBus() throws {
    for board in try realBoards() {
      let findings = try examine(board) { $0.i2cAdapters = [] }
      let missing = findings.filter { $0.id == .busMissing }
      let fix = missing.first?.fix.joined(separator: "\n") ?? ""
      #expect(fix.contains("i2cdetect -l"), "\(board.name)")
      for line in board.computer?.bus(board.imu.bus)?.enable ?? [] {
        let setting = line.split(separator: " ").first ?? ""
        #expect(fix.contains(setting), "\(board.name): \(fix)")
      }
    }
  }
}
