// SPDX-License-Identifier: Apache-2.0
import Testing
import WorldModel

/// The tiny LeWorldModel's file, whole and changed in one place.
@Suite struct LeWorldModelFileTests {
  private func problem(replace old: String, by new: String) throws -> ModelError? {
    let bytes = try #require(
      TemporaryFile.changed(LeWorldModelFixture.path, replace: old, by: new), "no \(old)")
    let file = TemporaryFile("lewm", bytes)
    do { _ = try WorldModel(path: file.path) } catch { return error }
    return nil
  }

  @Test("the file tells what it is")
  func theFileTellsWhatItIs() throws {
    let info = try WorldModel(path: LeWorldModelFixture.path).info
    #expect(info.surprise == nil && info.head == nil)
    #expect(info.action.block == 5 && info.action.offset.prefix(2) == [0.1, -0.1])
    guard case .vit(let shape) = info.encoder, case .conversion(let made)? = info.training else {
      Issue.record("\(info)")
      return
    }
    #expect(shape.patches == 16 && shape.epsilon == 1e-12)
    #expect(made.source == "random.safetensors")
    #expect(info.predictor.history == 3 && info.predictor.leastHistory == 1)
    // 16 patches of 108 to 32; a whole block and one for the class token; the projector.
    let whole = 17 * (3 * 32 * 32 + 32 * (32 + 2 * 64) + 2 * 17 * 32)
    let last = 17 * 3 * 32 * 32 + 32 * (32 + 2 * 64) + 2 * 17 * 32
    #expect(info.cost.encode == 16 * 108 * 32 + whole + last + 64 * (32 + 32))
    #expect(info.cost.action == 10 * 10 + 64 * (10 + 32) + 2 * 6 * 32 * 32)
  }

  @Test(
    "an impossible field is refused by name",
    arguments: [
      (#"\"patch\": 6"#, #"\"patch\": 7"#, "encoder.patch"),
      (#"\"width\": 24"#, #"\"width\": 24000"#, "encoder.patch"),
      (#"\"heads\": 2"#, #"\"heads\": 3"#, "encoder.heads"),
      (#"\"epsilon\": 1e-12"#, #"\"epsilon\": 0"#, "encoder.epsilon"),
      (#"\"kind\": \"vit\""#, #"\"kind\": \"vat\""#, "encoder.kind"),
      (#"\"heads\": 16"#, #"\"heads\": 8"#, "predictor.heads"),
      (#"\"history\": 3"#, #"\"history\": 9"#, "predictor.history"),
      (#"\"head_width\": 4"#, #"\"head_width\": 4000"#, "predictor.head_width"),
      (
        #"\"width\": 32, \"blocks\": 2, \"heads\": 16"#,
        #"\"width\": 31, \"blocks\": 2, \"heads\": 16"#, "predictor.width"
      ),
      (#"\"action_hidden\": 64"#, #"\"action_hidden\": 0"#, "predictor.action_hidden"),
      (#"\"block\": 5"#, #"\"block\": 3"#, "action.block"),
      (#"\"offset\": [0.1"#, #"\"offset\": [\"x\""#, "action.offset"),
      (#"\"surprise\": null"#, #"\"surprise\": 5"#, "surprise"),
      (#"\"sha256\":"#, #"\"sha265\":"#, "training.sha256")
    ])
  func anImpossibleFieldIsRefusedByName(old: String, new: String, field: String) throws {
    let found = try problem(replace: old, by: new)
    guard case .metadata(let named, _)? = found?.problem else {
      Issue.record("\(field) was not refused: \(String(describing: found))")
      return
    }
    #expect(named == field)
  }

  @Test("a layer missing, or one more than the metadata says, is refused by the tensor")
  func aLayerMissingOrTooManyIsRefused() throws {
    let less = try problem(
      replace: #"\"blocks\": 2, \"heads\": 16"#, by: #"\"blocks\": 1, \"heads\": 16"#)
    #expect(less?.problem == .unusedTensor)
    #expect(less?.tensor?.hasPrefix("predictor.blocks.1.") == true)
    let more = try problem(
      replace: #"\"blocks\": 2, \"heads\": 16"#, by: #"\"blocks\": 3, \"heads\": 16"#)
    #expect(more?.problem == .missingTensor)
    #expect(more?.tensor?.hasPrefix("predictor.blocks.2.") == true)
  }

  @Test("actions without an offset begin at zero, and one raw action is a step")
  func actionsWithoutAnOffsetBeginAtZero() throws {
    let action = try WorldModel(path: Repository.model("sim-rover")).info.action
    #expect(action.offset == [0, 0] && action.block == 1)
  }

  @Test("a file without surprise or training still loads")
  func aFileWithoutSurpriseOrTrainingStillLoads() throws {
    let bytes = try #require(
      TemporaryFile.changed(
        LeWorldModelFixture.path, replace: #"\"training\": {"#, by: #"\"trained\": {"#))
    let file = TemporaryFile("untold", bytes)
    #expect(try WorldModel(path: file.path).info.training == nil)
  }
}
