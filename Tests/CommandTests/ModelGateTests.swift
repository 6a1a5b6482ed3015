// SPDX-License-Identifier: Apache-2.0
import ModelFixtures
import Testing

/// `umwelt model compare --gates`.
@Suite struct ModelGateTests {
  private let folder = TemporaryFolder()

  private func compare(_ model: String, _ more: String...) throws -> Command.Result {
    try Command.run(
      [
        "model", "compare", "--board", "sim-balance", "--boards", Repository.boards, "--model",
        model, "--plans", "12", "--seed", "3"
      ] + more)
  }

  @Test("the balancer's model passes every gate")
  func theBalancersModelPassesEveryGate() throws {
    let model = Repository.model("sim-balance")
    let result = try compare(model, "--gates")
    #expect(result.code == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("passed  both       Spearman"))
    #expect(!result.output.contains("FAILED"))
    #expect(try compare(model, "--gates", "--json").output.hasSuffix("\"passed\": true}\n"))
  }

  @Test("a model that int8 spoils fails, with an exit code only where gates are asked for")
  func aModelThatInt8SpoilsFails() throws {
    // One huge weight in a row leaves no steps for the others.
    let model = "\(folder.path)/spoilt.safetensors"
    try TinyModel.balance(hasHead: true).write(model, storage: .floatWithOutliers)
    let plain = try compare(model)
    #expect(plain.code == 0 && plain.output.contains("FAILED"), "\(plain.output)\(plain.errors)")
    let gated = try compare(model, "--gates", "--json")
    #expect(gated.code == 1 && gated.errors.isEmpty)
    #expect(gated.output.hasSuffix("\"passed\": false}\n"))
  }
}
