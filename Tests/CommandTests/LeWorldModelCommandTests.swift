// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing
import WorldModel

/// The commands that take a LeWorldModel, on the tiny one of tools/export.
@Suite struct LeWorldModelCommandTests {
  private static let fixtures =
    #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    + "/WorldModelTests/Fixtures"
  private let model = "\(fixtures)/lewm-tiny.safetensors"
  private let golden = "\(fixtures)/lewm-tiny-golden.safetensors"
  private let folder = TemporaryFolder()

  /// The stages and proposals of a report.
  private func verify(
    _ model: String, _ golden: String
  ) throws -> (code: Int32, checks: [JSON], proposals: [JSON]) {
    let result = try Command.run("model", "verify", model, "--golden", golden, "--json")
    let json = try Array(result.output.utf8.dropLast()).withUnsafeBytes { try JSON.parse($0) }
    guard case .list(let checks)? = json["checks"],
      case .list(let proposals)? = json["proposals"]
    else { throw Missing(output: result.output + result.errors) }
    return (result.code, checks, proposals)
  }

  struct Missing: Error { let output: String }

  private func number(_ json: JSON, _ key: String) -> Double? {
    guard case .number(let value)? = json[key] else { return nil }
    return value
  }

  private func names(_ checks: [JSON], fine: Bool) -> [String] {
    checks.compactMap { check in
      guard check["fine"] == .flag(fine), case .text(let name)? = check["name"] else {
        return nil
      }
      return name
    }
  }

  @Test("verify compares every stage in float, and judges int8 by what the full size allows")
  func verifyComparesEveryStage() throws {
    let report = try verify(model, golden)
    #expect(report.checks.count == 15)
    for check in report.checks {
      let (error, allowed) = (
        number(check, "float_max_abs_error"), number(check, "float_max_abs_error_allowed")
      )
      #expect((error ?? .infinity) <= (allowed ?? 0), "\(check)")
    }
    // 32 features average fewer rounding errors out than the 192 that the limits are meant for.
    #expect(report.code == 1)
    #expect(names(report.checks, fine: false) == ["latents"])
    #expect(report.proposals.count == 6)
    for part in report.proposals {
      #expect(part["best_among_elites"] == .flag(true))
      #expect((number(part, "spearman") ?? 0) >= 0.98)
    }
  }

  @Test("verify names the stage that is not the reference's", arguments: ["predictor.normed"])
  func verifyNamesTheStageThatIsNotTheReferences(stage: String) throws {
    let range = try #require(try Safetensors(path: golden).tensors["fp32.\(stage)"]).range
    var bytes = TemporaryFolder.read(golden)
    bytes[range.lowerBound + 3] ^= 0x80  // the first value's sign
    let changed = folder.write(bytes, "changed.safetensors")
    #expect(names(try verify(model, changed).checks, fine: false) == ["latents", stage])
    let text = try Command.run("model", "verify", model, "--golden", changed)
    #expect(text.code == 1)
    #expect(text.output.contains("does not compute what the reference computes"))
  }

  @Test("an int8 file is judged in int8 alone, and keeps its balanced layers in float")
  func anInt8FileIsJudgedInInt8Alone() throws {
    let int8 = "\(folder.path)/int8.safetensors"
    #expect(try Command.run("model", "quantize", model, int8).code == 0)
    let tensors = try Safetensors(path: int8).tensors
    #expect(tensors["predictor.projector.1.weight"]?.type == .f32)
    #expect(tensors["predictor.projector.0.weight"]?.type == .i8)
    let report = try verify(int8, golden)
    #expect(report.checks.allSatisfy { number($0, "float_max_abs_error") == nil })
    #expect(names(report.checks, fine: false) == ["latents"])
    for part in report.proposals { #expect((number(part, "spearman") ?? 0) >= 0.98) }
  }

  @Test("with the encoder in float, its latents are float's")
  func withTheEncoderInFloatItsLatentsAreFloats() throws {
    let result = try Command.run(
      "model", "verify", model, "--golden", golden, "--encoder", "float")
    let line = result.output.split(separator: "\n").first { $0.hasPrefix("  latents ") }
    #expect(line?.hasSuffix(" fine") == true && line?.contains(" 1.000000 ") == true)
    #expect(result.output.contains("predicted "))
  }

  @Test("golden vectors of a LeWorldModel are refused for another model, and broken ones by field")
  func goldenVectorsAreRefusedForAnotherModel() throws {
    let other = try Command.run(
      "model", "verify", Repository.model("sim-rover"), "--golden", golden)
    #expect(other.code == 2)
    #expect(other.errors.contains("\(golden): metadata fp32.encoder must be absent"))
    let text = String(decoding: TemporaryFolder.read(golden), as: Unicode.ASCII.self)
    #expect(text.contains("elites"))
    var bytes = TemporaryFolder.read(golden)
    let place = try #require(bytes.firstRange(of: Array("elites".utf8)))
    bytes.replaceSubrange(place, with: Array("alites".utf8))
    let broken = try Command.run(
      "model", "verify", model, "--golden", folder.write(bytes, "broken.safetensors"))
    #expect(broken.code == 2 && broken.errors.contains("metadata cem must be with elites"))
  }

  @Test("info tells both kinds of layers, the block of actions and where the model is from")
  func infoTellsBothKinds() throws {
    let result = try Command.run("model", "info", model, "--json")
    #expect(result.code == 0)
    for member in [
      #""encoder": {"kind": "vit", "patch": 6"#, #""predictor": {"kind": "adaln-transformer""#,
      #""action_block": 5"#, #""source": "random.safetensors""#, #""action_mmac": 0.015"#
    ] { #expect(result.output.contains(member), "\(member)") }
    let text = try Command.run("model", "info", model).output
    #expect(text.contains("not measured: the model can drive no board"))
    #expect(text.contains("converted from random.safetensors"))
  }

  @Test("compare says what a model lacks that drives no board")
  func compareSaysWhatAModelLacks() throws {
    let result = try Command.run(
      "model", "compare", "--board", "sim-rover", "--boards", Repository.boards, "--model", model)
    #expect(result.code == 2)
    #expect(result.errors.contains("lacks the usual prediction error"))
    #expect(result.errors.contains("umwelt model verify \(model) --golden"))
  }

  @Test("bench plan predicts a plan of the size asked for")
  func benchPlanPredictsAPlan() throws {
    func bench(_ more: String...) throws -> Command.Result {
      try Command.run(
        ["bench", "plan", "--model", model, "--candidates", "30", "--iterations", "7"] + more)
    }
    let result = try bench("--history", "1", "--repeats", "3", "--json")
    #expect(result.code == 0, "\(result.errors)")
    let json = try Array(result.output.utf8.dropLast()).withUnsafeBytes { try JSON.parse($0) }
    let (look, iteration) = (number(json, "encode_ms") ?? 0, number(json, "iteration_ms") ?? 0)
    #expect(look > 0 && iteration > 0)
    #expect(abs((number(json, "plan_predicted_ms") ?? 0) - look - 7 * iteration) < 0.01)
    #expect(number(json, "history") == 1 && number(json, "horizon") == 5)
    let tooMuch = try bench("--history", "4")
    #expect(tooMuch.code == 2)
    #expect(tooMuch.errors.contains("--history is 4, but must be in 1...3"))
    #expect(try bench("--repeats", "0").errors.contains("--repeats is 0, but must be in 1...1001"))
  }

  @Test("bench plan also times several workers, in int8")
  func benchPlanAlsoTimesSeveralWorkers() throws {
    func bench(_ more: String...) throws -> Command.Result {
      try Command.run(
        ["bench", "plan", "--model", model, "--candidates", "40", "--repeats", "3"] + more)
    }
    #expect(try !bench("--json").output.contains("workers"))
    let result = try bench("--workers", "2", "--json")
    #expect(result.code == 0, "\(result.errors)")
    let json = try Array(result.output.utf8.dropLast()).withUnsafeBytes { try JSON.parse($0) }
    #expect(number(json, "workers") == 2)
    for name in ["iteration_alone_wall_ms", "iteration_workers_wall_ms", "workers_gain"] {
      #expect((number(json, name) ?? 0) > 0, "\(name)")
    }
    #expect(try bench("--workers", "2").output.contains("one iteration, 2 threads"))
    #expect(try bench("--workers", "0").errors.contains("--workers is 0, but must be in 1...16"))
    let float = try bench("--workers", "2", "--precision", "float")
    #expect(float.code != 0 && float.errors.contains("--workers is 2, but must be 1: float has"))
  }

  @Test("bench search finds cheaper plans with more candidates, the same again for a seed")
  func benchSearchFindsCheaperPlans() throws {
    func search(_ more: [String] = []) throws -> Command.Result {
      try Command.run(
        [
          "bench", "search", "--model", model, "--pairs", "3", "--seed", "5", "--horizon", "2",
          "--candidates", "12", "--elites", "4", "--iterations", "2", "--cem-candidates", "60",
          "--cem-elites", "6", "--cem-iterations", "8", "--json"
        ] + more)
    }
    let result = try search()
    #expect(result.code == 0, "\(result.errors)")
    func parts(_ result: Command.Result) throws -> (cem: JSON?, icem: JSON?) {
      let json = try Array(result.output.utf8.dropLast()).withUnsafeBytes { try JSON.parse($0) }
      return (json["cem"], json["icem"])
    }
    let first = try parts(result)
    let (cem, icem) = (try #require(first.cem), try #require(first.icem))
    #expect(number(cem, "candidates_a_plan") == 481 && number(icem, "candidates_a_plan") == 24)
    #expect((number(cem, "cost_median") ?? .infinity) < (number(icem, "cost_median") ?? 0))
    let again = try parts(search())
    #expect(number(try #require(again.icem), "cost_median") == number(icem, "cost_median"))
    let variants = try [[], ["--keep", "0"], ["--least-noise", "0.4"]].map { more in
      number(try #require(parts(search(["--iterations", "6"] + more)).icem), "cost_median")
    }
    #expect(Set(variants).count == 3, "\(variants)")
    #expect(try search(["--keep", "2"]).errors.contains("keepElites is 2"))
    #expect(try search(["--elites", "13"]).errors.contains("--elites is 13, but must be in 1...12"))
    let lonely = try search(["--guess-candidates", "1"])
    #expect(lonely.code == 2 && lonely.errors.contains("candidates"))
    let rover = try Command.run(
      "bench", "search", "--model", "\(Repository.boards)/sim-rover/model.safetensors")
    #expect(rover.code == 2 && rover.errors.contains("give one of tools/export"))
  }

  @Test("bench load tells what a load takes")
  func benchLoadTellsWhatALoadTakes() throws {
    let result = try Command.run("bench", "load", "--model", model, "--repeats", "3", "--json")
    #expect(result.code == 0, "\(result.errors)")
    let json = try Array(result.output.utf8.dropLast()).withUnsafeBytes { try JSON.parse($0) }
    #expect((number(json, "load_wall_ms") ?? 0) > 0 && (number(json, "storage_bytes") ?? 0) > 0)
    #expect(try Command.run("bench", "load", "--model", "/nowhere").errors.contains("/nowhere"))
  }
}
