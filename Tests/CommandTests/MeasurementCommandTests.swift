// SPDX-License-Identifier: Apache-2.0
import ModelFixtures
import Testing
import WorldModel

/// The commands that run the robot: collect, compare and bench.
@Suite struct MeasurementCommandTests {
  private let folder = TemporaryFolder()

  private func collect(_ board: String, _ name: String, seed: String = "5") throws -> Command.Result
  {
    try Command.run(
      "sim", "collect", "--board", board, "--boards", Repository.boards, "--episodes", "2",
      "--steps", "12", "--seed", seed, "--out", "\(folder.path)/\(name)")
  }

  private func tinyBalance() throws -> String {
    let path = "\(folder.path)/model.safetensors"
    try TinyModel.balance().write(path)
    return path
  }

  @Test(
    "collect writes every tensor of the data set, and says how far it is",
    arguments: [
      (
        "sim-rover",
        [
          "frames": [2, 12, 64, 64, 3], "imu": [2, 12, 3, 6], "actions": [2, 12, 2],
          "odometry": [2, 12, 3], "truth": [2, 12, 5]
        ]
      ),
      (
        "sim-balance",
        [
          "imu": [2, 12, 2, 6], "actions": [2, 12, 1], "tilt": [2, 12, 3], "truth": [2, 12, 5],
          "upright": [2, 12]
        ]
      )
    ])
  func collectWritesEveryTensorOfTheDataSet(board: String, shapes: [String: [Int]]) throws {
    let result = try collect(board, "set")
    #expect(result.code == 0 && result.output.isEmpty)
    #expect(result.errors == "episode 2 of 2\n")
    let set = try Safetensors(path: "\(folder.path)/set")
    #expect(set.tensors.mapValues(\.shape) == shapes)
    #expect(set.metadata["format"] == "umwelt-episodes/1")
    #expect(set.metadata["board"] == board && set.metadata["seed"] == "5")
    #expect(folder.names == ["set"], "nothing else is left behind")
  }

  @Test("the balancer is held for its first eight decisions, and then moves")
  func theBalancerIsHeldForItsFirstEightDecisions() throws {
    #expect(try collect("sim-balance", "set").code == 0)
    let set = try Safetensors(path: "\(folder.path)/set")
    let truth = try set.floats("truth", shape: [2, 12, 5])
    let actions = try set.floats("actions", shape: [2, 12, 1])
    for episode in 0..<2 {
      let tilts = (0..<12).map { truth[(episode * 12 + $0) * 5] }
      #expect(tilts[..<8].allSatisfy { $0 == tilts[0] } && tilts[8] != tilts[7])
      let chosen = actions[episode * 12..<(episode + 1) * 12]
      #expect(chosen.prefix(8).allSatisfy { $0 == 0 } && !chosen.suffix(4).allSatisfy { $0 == 0 })
    }
  }

  @Test("the same seed collects the same bytes, another seed others")
  func theSameSeedCollectsTheSameBytes() throws {
    #expect(try collect("sim-balance", "a").code == 0)
    #expect(try collect("sim-balance", "b").code == 0)
    #expect(try collect("sim-balance", "c", seed: "6").code == 0)
    let files = ["a", "b", "c"].map { TemporaryFolder.read("\(folder.path)/\($0)") }
    #expect(files[0] == files[1] && files[0] != files[2] && !files[0].isEmpty)
  }

  @Test("a place that cannot be written is refused before the work begins")
  func aPlaceThatCannotBeWrittenIsRefused() throws {
    let missing = try collect("sim-balance", "missing/set")
    #expect(missing.code == 2)
    #expect(missing.errors.contains("cannot be written: No such file or directory"))
    let isFolder = try collect("sim-balance", "")
    #expect(isFolder.code == 2)
    #expect(isFolder.errors.contains("cannot be written: Is a directory"))
    #expect(folder.names.isEmpty)
  }

  @Test("compare gives the same answer to the same seed")
  func compareGivesTheSameAnswerToTheSameSeed() throws {
    let model = try tinyBalance()
    func compare() throws -> Command.Result {
      try Command.run(
        "model", "compare", "--board", "sim-balance", "--boards", Repository.boards, "--model",
        model, "--plans", "12", "--seed", "3", "--json")
    }
    let result = try compare()
    #expect(result.code == 0, "\(result.errors)")
    for member in [
      #""plans": 12"#, #""seed": 3"#, #""latent_cosine_mean": 0.99"#, "spearman_mean",
      #""parts": {"encoder": {"latent_cosine_mean": 0.99"#,
      #""predictor": {"latent_cosine_mean": 1.000000, "latent_cosine_min": 1.000000"#,
      #""argmin_agreement": "#, #""gates": [{"part": "encoder", "name": "latent cosine""#
    ] {
      #expect(result.output.contains(member), "\(member) in \(result.output)")
    }
    #expect(try compare().output == result.output)
  }

  @Test("a model for another robot is refused by its own path")
  func aModelForAnotherRobotIsRefused() throws {
    let model = try tinyBalance()
    let result = try Command.run(
      "model", "compare", "--board", "sim-rover", "--boards", Repository.boards, "--model", model)
    #expect(result.code == 2)
    #expect(
      result.errors.contains("\(model): was trained for board sim-balance, not for sim-rover"))
    #expect(result.errors.contains("let `model:` in board.yaml lead to the folder sim-balance"))
  }

  /// A board of another name with sim-balance's hardware.
  private func twin(model: String) throws -> String {
    let bytes = TemporaryFolder.read("\(Repository.boards)/sim-balance/board.yaml")
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map { line in
        if line.hasPrefix("board:") { return "board: twin" }
        return line.hasPrefix("model:") ? "model: \(model)" : String(line)
      }
    return folder.write(lines.joined(separator: "\n").utf8, "twin.yaml")
  }

  private func evaluate(_ board: String, _ more: String...) throws -> Command.Result {
    try Command.run(
      ["sim", "evaluate", "--board", board, "--task", "easy", "--episodes", "1"] + more)
  }

  @Test("a board uses another's model only when its file says so")
  func aBoardUsesAnothersModelOnlyWhenItsFileSaysSo() throws {
    let model = try tinyBalance()
    let own = try evaluate(try twin(model: "model.safetensors"))
    #expect(own.code == 2)
    #expect(own.errors.contains("\(model): was trained for board sim-balance, not for twin"))
    let shared = "\(Repository.boards)/sim-balance/model.safetensors"
    let sharing = try evaluate(try twin(model: shared))
    #expect(sharing.code == 0, "\(sharing.errors)")
    // And then also one like it, named on the command line.
    #expect(try evaluate(try twin(model: shared), "--model", model).code == 0)
  }

  @Test("bench names the machine and times what was asked for, and only that")
  func benchNamesTheMachineAndTimesWhatWasAskedFor() throws {
    let result = try Command.run(
      "bench", "encoder", "tick", "--board", "sim-balance", "--boards", Repository.boards,
      "--model", try tinyBalance(), "--json")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.hasPrefix(#"{"machine": ""#))
    for member in [#""isa": "#, #""encoder": [{"#, #""decision_ms_p50": "#, #""decisions": 200"#] {
      #expect(result.output.contains(member), "\(member)")
    }
    #expect(!result.output.contains(#""planner""#) && !result.output.contains(#""kernels""#))
  }
}
