// SPDX-License-Identifier: Apache-2.0
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt doctor` on simulated boards: what it says, and with which exit code.
@Suite struct DoctorCommandTests {
  /// Another computer's files: enough of them to be taken for one that is well.
  private let computer = HealthyComputer()

  private func doctor(_ arguments: String...) throws -> Command.Result {
    try Command.run(
      ["doctor", "--boards", Repository.boards, "--root", computer.path] + arguments)
  }

  @Test("a whole simulated board is fine", arguments: ["sim-rover", "sim-balance"])
  func aWholeSimulatedBoardIsFine(board: String) throws {
    guard Repository.hasModel(board) else { return }
    let result = try doctor("--board", board)
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("MPU-6050 answers."))
    #expect(result.output.contains("a plan takes "))
    #expect(result.output.contains("\(board): "))
    #expect(!result.output.contains("\u{1B}"), "no colours in a file")
    #expect(result.errors.isEmpty)
  }

  @Test(
    "an injected fault is found, and its fix told",
    arguments: [
      ("imu:wrong", "an MPU-6500 answers, not an MPU-6050"), ("imu:off", "i2cdetect -y 1"),
      ("imu:stuck", "samples, all the same"), ("pwm:off", "no PCA9685"),
      ("camera:stuck", "all the same to the last bit")
    ])
  func anInjectedFaultIsFound(fault: String, says: String) throws {
    let result = try doctor("--board", "sim-rover", "--inject", fault)
    #expect(result.code == 3)
    #expect(result.output.contains("error"))
    #expect(result.output.contains(says), "\(result.output)")
  }

  @Test("a real robot's board is looked at on simulated chips where that is asked")
  func simulate() throws {
    let refused = try doctor("--board", "pi5-rover", "--inject", "imu:off")
    #expect(refused.errors.contains("Add --simulate"))
    let result = try doctor("--board", "pi5-rover", "--inject", "imu:off", "--simulate")
    #expect(result.output.contains("i2cdetect -y 1"), "\(result.output) \(result.errors)")
  }

  @Test("a warning is exit code 1")
  func aWarningIsExitCode1() throws {
    computer.write("hpet\n", "sys/devices/system/clocksource/clocksource0/current_clocksource")
    let result = try doctor("--board", "sim-balance")
    #expect(result.code == (Repository.hasModel("sim-balance") ? 1 : 3))
    #expect(result.output.contains("The kernel counts time with hpet."))
  }

  @Test("the findings are also JSON, in one line")
  func theFindingsAreAlsoJSON() throws {
    let result = try doctor("--board", "sim-rover", "--inject", "imu:off", "--json")
    #expect(result.code == 3)
    #expect(result.output.hasPrefix(#"{"board": "sim-rover", "worst": "error", "findings": [{"#))
    #expect(result.output.contains(#"{"id": "chip-absent", "level": "error", "area": "chips""#))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("a board file with errors is the only finding, with its lines")
  func aBrokenBoardFileIsTheOnlyFinding() throws {
    let folder = TemporaryFolder()
    let bytes = TemporaryFolder.read("\(Repository.boards)/sim-rover/board.yaml")
    let text = String(decoding: bytes, as: UTF8.self)
    let path = folder.write(text.replacing("gate: 100 Hz", with: "gate: 100").utf8, "draft.yaml")
    let result = try doctor("--board", path)
    #expect(result.code == 2)
    #expect(result.output.contains("\(path):"))
    #expect(result.output.contains("rates.gate"))
    #expect(!result.output.contains("chips"))
  }

  @Test("a real board's chips are not asked through another computer's files")
  func aRealBoardIsNotAskedThroughFiles() throws {
    let result = try doctor("--board", "pi5-rover", "--json")
    #expect(result.code == 3, "this is no Raspberry Pi")
    #expect(result.output.contains("bus-missing"))
    let refused = try doctor("--board", "pi5-rover", "--inject", "imu:off")
    #expect(refused.code == 2)
    #expect(refused.errors.contains("not a simulated board"))
  }

  @Test("wrong use is refused")
  func wrongUseIsRefused() throws {
    let late = try doctor("--inject", "imu:off@2")
    #expect(late.code == 2 && late.errors.contains("leave the time away"))
    let nowhere = try Command.run("doctor", "--root", "/nowhere")
    #expect(nowhere.code == 2 && nowhere.errors.contains("no proc folder"))
    let unknown = try doctor("--board", "sim-rovr")
    #expect(unknown.code == 2 && unknown.output.contains("sim-rover"))
  }
}

/// A small tree of /proc and /sys in a temporary folder.
private final class HealthyComputer {
  let path: String
  /// What was made, to be taken away again.
  private var made: [String] = []

  init() {
    var template = Array("/tmp/umwelt-doctor-XXXXXX".utf8CString)
    let isMade = mkdtemp(&template) != nil
    let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
    path = isMade ? String(decoding: bytes, as: UTF8.self) : "/nowhere"
    write("processor : 0\n", "proc/cpuinfo")
    write("MemTotal: 8000000 kB\nMemAvailable: 7000000 kB\n", "proc/meminfo")
  }

  deinit {
    for place in made.reversed() { remove(place) }
    rmdir(path)
  }

  func write(_ text: String, _ file: String) {
    var folder = path
    for part in file.split(separator: "/").dropLast() {
      folder += "/\(part)"
      if mkdir(folder, 0o755) == 0 { made.append(folder) }
    }
    made.append("\(path)/\(file)")
    guard let handle = fopen("\(path)/\(file)", "w") else { return }
    fputs(text, handle)
    fclose(handle)
  }
}
