// SPDX-License-Identifier: Apache-2.0
import Testing

/// `umwelt run --record`, `umwelt replay` and `umwelt log`.
@Suite struct RecordingCommandTests {
  private let folder = TemporaryFolder()
  private var log: String { "\(folder.path)/drive.mcap" }

  private func record(_ arguments: String...) throws -> Command.Result {
    try Command.run(
      ["run", "--boards", Repository.boards, "--lockstep", "--json", "--record", log] + arguments)
  }

  @Test(
    "a run is had again: every command to every chip is the same",
    arguments: [("sim-rover", "random"), ("sim-rover-full", "noop"), ("sim-balance", "random")])
  func replay(board: String, planner: String) throws {
    let run = try record("--board", board, "--planner", planner, "--seconds", "4", "--seed", "3")
    let plain = try Command.run(
      "run", "--boards", Repository.boards, "--lockstep", "--json", "--board", board, "--planner",
      planner, "--seconds", "4", "--seed", "3")
    #expect(run.output == plain.output, "recording changes nothing")
    let again = try Command.run("replay", log)
    #expect(again.code == 0 && again.output.hasPrefix("identical: "), "\(again)")
    #expect(try Command.run("replay", log, "--json").output.contains("\"identical\": true"))
  }

  @Test(
    "with the model too, and with another mind on the same senses",
    .enabled(if: Repository.hasModel("sim-rover")))
  func model() throws {
    _ = try record("--board", "sim-rover", "--seconds", "4")
    let again = try Command.run("replay", log)
    #expect(again.code == 0 && again.output.hasPrefix("identical: "), "\(again)")
    let other = try Command.run("replay", log, "--planner", "random", "--json")
    #expect(other.code == 0 && other.output.contains("\"recorded_decisions\": "))
    #expect(other.output.contains("\"states\": [\"tick "))
    #expect(!other.output.contains("\"mean_difference\": 0.0000"))
  }

  @Test("the planner that knew the simulated world cannot be had again")
  func oracle() throws {
    _ = try record("--board", "sim-balance", "--planner", "oracle", "--seconds", "1")
    let again = try Command.run("replay", log)
    #expect(again.code == 2 && again.errors.contains("--planner model, random or noop"))
  }

  @Test("a log is summed up, and drawn in the terminal and as a picture")
  func look() throws {
    _ = try record(
      "--board", "sim-rover", "--planner", "noop", "--seconds", "4", "--inject", "imu:off@2")
    let text = try Command.run("log", "summary", log)
    #expect(text.code == 0)
    for words in [
      "/imu", "foxglove.FrameTransform", "foxglove.RawImage",
      "attached: board/sim-rover/board.yaml",
      "booting", "armed", "first fault at ", "decisions"
    ] {
      #expect(text.output.contains(words), "\(words) is not in \(text.output)")
    }
    #expect(try Command.run("log", "summary", log, "--json").output.contains("\"losses\": []"))
    let picture = "\(folder.path)/plot.png"
    let plot = try Command.run("log", "plot", log, "/imu.accel_m_s2", "--png", picture)
    #expect(plot.code == 0 && plot.output.contains("/imu.accel_m_s2.z"))
    #expect(TemporaryFolder.read(picture).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let nothing = try Command.run("log", "plot", log, "/none")
    #expect(nothing.code == 2 && nothing.errors.contains("it has /imu"))
  }

  @Test("what is no log, or cannot be written, is said with what to do")
  func mistakes() throws {
    let board = "\(Repository.boards)/sim-rover/board.yaml"
    for arguments in [["replay", board], ["log", "summary", board]] {
      let result = try Command.run(arguments)
      #expect(result.code == 2 && result.errors.contains("not an MCAP file"))
    }
    let nowhere = try Command.run(
      "run", "--boards", Repository.boards, "--lockstep", "--planner", "noop", "--record",
      "/nowhere/x.mcap")
    #expect(nowhere.code == 2 && nowhere.errors.contains("its folder must be there"))
    let around = try Command.run("run", "--boards", Repository.boards, "--record-around", "5")
    #expect(around.code == 2 && around.errors.contains("--record FILE"))
  }

  @Test("around faults only, a run without one leaves nothing but the beginning of a file")
  func around() throws {
    _ = try record(
      "--board", "sim-rover", "--planner", "noop", "--seconds", "4", "--record-around", "2")
    #expect(try Command.run("log", "summary", log).output.contains("0.0 s, 0 chunks"))
    _ = try record(
      "--board", "sim-rover", "--planner", "noop", "--seconds", "6", "--record-around", "2",
      "--inject", "imu:off@4")
    let text = try Command.run("log", "summary", log)
    #expect(text.output.contains("first fault at ") && !text.output.contains("0.0 s, 0 chunks"))
    let again = try Command.run("replay", log)
    #expect(again.code == 2 && again.errors.contains("the beginning is gone"))
  }
}
