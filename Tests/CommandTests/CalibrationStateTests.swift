// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// What lies in the state folder, and what cannot be written there.
@Suite struct CalibrationStateTests {
  private let fixture = CalibrationFixture()

  @Test("a second kind is added to the first, and the file before is kept")
  func together() throws {
    #expect(try fixture.calibrate("imu", "--yes").code == 0)
    let before = fixture.text
    #expect(try fixture.calibrate("camera", "--yes").code == 0)
    let both = try #require(try fixture.loaded())
    #expect(both.imu != nil && both.camera != nil)
    #expect(fixture.state.names == ["calibration.yaml", "calibration.yaml.previous"])
    let previous = TemporaryFolder.read(fixture.state.path + "/calibration.yaml.previous")
    #expect(String(decoding: previous, as: UTF8.self) == before)
  }

  @Test("another board's calibration is refused, by calibrate and by run, and left alone")
  func foreign() throws {
    #expect(try fixture.calibrate("imu", "--yes", board: "sim-balance").code == 0)
    let before = fixture.text
    for result in [try fixture.calibrate("imu", "--yes"), try run()] {
      #expect(result.code == 2)
      #expect(result.errors.contains("calibration.yaml:3:8: board: this belongs to 'sim-balance'"))
      #expect(result.errors.contains("the calibration is not used"))
    }
    #expect(fixture.text == before)
  }

  @Test("garbage is refused with its line, and left alone")
  func garbage() throws {
    _ = fixture.state.write("board: sim-rover\nimu: [\n".utf8, "calibration.yaml")
    for result in [try fixture.calibrate("imu", "--yes"), try run()] {
      #expect(result.code == 2)
      #expect(result.errors.contains("calibration.yaml:3:1: not valid YAML"))
    }
    #expect(fixture.text == "board: sim-rover\nimu: [\n")
  }

  @Test("an edited calibration is used, and a cut one gives way to the one before; both are said")
  func editedAndCut() throws {
    #expect(try fixture.calibrate("imu", "--yes").code == 0)
    #expect(try fixture.calibrate("camera", "--yes").code == 0)
    #expect(try run().errors.contains("calibration.yaml") == false)
    let whole = fixture.text
    let mine = whole.replacing("# SPDX", with: "# Mine. SPDX")
    _ = fixture.state.write(mine.utf8, "calibration.yaml")
    let edited = try run()
    #expect(edited.code != 2)
    #expect(edited.errors.contains("calibration.yaml: edited by hand since it was written"))
    _ = fixture.state.write(whole.prefix(whole.count / 2).utf8, "calibration.yaml")
    for result in [try run(), try fixture.calibrate("imu", "--yes")] {
      #expect(result.code != 2)
      #expect(result.errors.contains("calibration.yaml.previous is used instead"))
    }
  }

  @Test("unusable steps are refused, and --restart starts over")
  func garbageProgress() throws {
    _ = fixture.state.write("board: sim-rover\nchip: z80\n".utf8, "calibration.partial.yaml")
    let result = try fixture.calibrate("imu", "--yes")
    #expect(result.code == 2)
    #expect(result.errors.contains("Start over with --restart"))
    #expect(try fixture.calibrate("imu", "--yes", "--restart").code == 0)
  }

  @Test("a calibration is used from the next run on: it says so when the file is there")
  func used() throws {
    #expect(try run().code != 2)
    #expect(try fixture.calibrate("imu", "--yes").code == 0)
    let result = try run()
    #expect(result.code != 2, "\(result.errors)")
  }

  @Test("a folder that cannot be written to is refused by name, before anybody has done anything")
  func unwritable() throws {
    let result = try Command.run(
      "calibrate", "imu", "--boards", Repository.boards, "--state", "/proc/self/none", "--yes")
    #expect(result.code == 1)
    #expect(result.errors.contains("/proc/self/none/calibration.yaml: cannot be written"))
    #expect(result.output.isEmpty)
  }

  @Test("while another has the folder, nothing is begun there")
  func twoAtOnce() throws {
    let folder = try StateLock(folder: fixture.state.path, for: "")
    let result = try fixture.calibrate("imu", "--yes")
    #expect(result.code == 1)
    #expect(result.errors.contains("calibration.yaml: another umwelt is at work in this folder."))
    #expect(result.output.isEmpty && fixture.state.names.isEmpty)
    withExtendedLifetime(folder) {}
  }

  @Test("on a full disk the calibration before stays")
  func full() throws {
    #expect(try fixture.calibrate("imu", "--yes").code == 0)
    let before = fixture.text
    // A file may have no more bytes than none; the pipe to cat is no file.
    let result = try fixture.calibrate(
      "camera", after: "{ trap '' XFSZ; ulimit -f 0;", "--yes; echo code $?; } 2>&1 | cat")
    #expect(result.output.contains("code 1"))
    #expect(result.output.contains("calibration.yaml: cannot be written (File too large)"))
    #expect(fixture.text == before)
    #expect(fixture.state.names == ["calibration.yaml"])
  }

  @Test("a write that a power cut stopped half way leaves the calibration before in use")
  func powerCut() throws {
    #expect(try fixture.calibrate("imu", "--yes").code == 0)
    let before = try fixture.loaded()
    _ = fixture.state.write("board: sim-rov".utf8, "calibration.yaml.new")
    #expect(try fixture.loaded() == before)
    #expect(try fixture.calibrate("camera", "--yes").code == 0)
    #expect(try fixture.loaded()?.imu == before?.imu)
    #expect(fixture.state.names == ["calibration.yaml", "calibration.yaml.previous"])
  }

  private func run() throws -> Command.Result {
    try Command.run(
      "run", "--board", "sim-rover", "--boards", Repository.boards, "--planner", "noop",
      "--seconds", "2", "--lockstep", "--state", fixture.state.path)
  }
}
