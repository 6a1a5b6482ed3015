// SPDX-License-Identifier: Apache-2.0
import Testing
import WorldModel

/// Real model files, changed in one place.
@Suite struct ModelFileTests {
  private let board = "sim-balance"

  /// The model file with one text of its header replaced by another.
  private func problem(
    _ name: String, of board: String = "sim-balance", replace old: String, by new: String
  ) -> (problem: ModelError.Problem, tensor: String?)? {
    guard let bytes = TemporaryFile.changed(Repository.model(board), replace: old, by: new) else {
      Issue.record("the header has no \(old)")
      return nil
    }
    return load(name, bytes)
  }

  private func load(
    _ name: String, _ bytes: [UInt8], boards: [String]? = nil
  ) -> (problem: ModelError.Problem, tensor: String?)? {
    let file = TemporaryFile(name, bytes)
    do {
      _ = try WorldModel(path: file.path, boards: boards)
      return nil
    } catch {
      #expect(error.description.contains("; "), "what to do is said, too")
      return (error.problem, error.tensor)
    }
  }

  /// The model file with the bytes of one tensor replaced from an element on.
  private func spoilt(_ tensor: String, at index: Int, _ value: Float) throws -> [UInt8] {
    let path = Repository.model(board)
    let range = try #require(try Safetensors(path: path).tensors[tensor]).range
    var bytes = TemporaryFile.read(path)
    let new = withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    let start = range.lowerBound + 4 * index
    bytes.replaceSubrange(start..<start + 4, with: new)
    return bytes
  }

  @Test("a board's model file tells what it is", arguments: ["sim-rover", "sim-balance"])
  func aBoardsModelFileTellsWhatItIs(board: String) throws {
    let model = try WorldModel(path: Repository.model(board))
    #expect(model.info.board == board)
    #expect(model.info.stepS > 0)
    #expect(model.embeddingWidth == model.info.head?.embedding ?? model.info.latent)
    #expect(model.isa.isSupported)
  }

  @Test("a file of another format is refused")
  func aFileOfAnotherFormatIsRefused() {
    #expect(
      problem("format", replace: "umwelt-jepa/1", by: "umwelt-jepa/9")?.problem
        == .wrongFormat(found: "umwelt-jepa/9", expected: "umwelt-jepa/1"))
  }

  @Test("a tensor under another name is missing")
  func aTensorUnderAnotherNameIsMissing() {
    let found = problem("name", replace: "\"predictor.input.bias\"", by: "\"predictor.input.bios\"")
    #expect(found?.problem == .missingTensor)
    #expect(found?.tensor == "predictor.input.bias")
  }

  @Test("a shape other than the metadata's is refused with both")
  func aShapeOtherThanTheMetadatasIsRefusedWithBoth() {
    let found = problem("shape", replace: #"\"latent\": "#, by: #"\"latent\": 1"#)
    guard case .wrongShape(let shape, let expected)? = found?.problem else {
      Issue.record("not refused: \(String(describing: found))")
      return
    }
    #expect(shape.count == 2 && expected.count == 2)
    #expect(expected[0] == shape[0] + 10 || expected[0] == shape[0] + 100)
    #expect(found?.tensor == "encoder.layers.2.weight")
  }

  @Test(
    "an impossible field is refused by name",
    arguments: [
      (#"\"latent\":"#, #"\"latint\":"#, "latent"),
      (#"\"step_s\": 0.0"#, #"\"step_s\": -0.0"#, "step_s"),
      (#"\"axes\": [\"gyro_y\""#, #"\"axes\": [\"gyro_q\""#, "imu.axes"),
      (#"\"kind\": \"window-mlp\""#, #"\"kind\": \"window-cnn\""#, "encoder.kind"),
      (#"\"kind\": \"residual-mlp\""#, #"\"kind\": \"residual-cnn\""#, "predictor.kind"),
      (#"\"imu_features\": 0"#, #"\"imu_features\": 5"#, "predictor.imu_features"),
      (#"\"history\": 1"#, #"\"history\": 0"#, "predictor.history"),
      (#"\"names\": [\"wheels\"]"#, #"\"names\": []"#, "action.names"),
      (#"\"torch\":"#, #"\"torsh\":"#, "training.torch"),
      (#"\"scale\": [0.9"#, #"\"scale\": [-0.9"#, "imu.scale"),
      (#"\"scale\": [0.9"#, #"\"scale\": [1e-99, 0.9"#, "imu.scale"),
      (#"\"scale\": [1.0]"#, #"\"scale\": [0.0]"#, "action.scale"),
      (#"\"scale\": [1.0]"#, #"\"scale\": [1e39]"#, "action.scale"),
      (#"\"window\": 8"#, #"\"window\": 80000"#, "encoder.window"),
      (#"\"window\": 8"#, #"\"window\": 60000"#, "sizes"),
      (#"\"history\": 1"#, #"\"history\": 65536"#, "sizes"),
      (#"\"latent_error_p99\": 0.0"#, #"\"latent_error_p99\": -0.0"#, "surprise.latent_error_p99")
    ])
  func anImpossibleFieldIsRefusedByName(old: String, new: String, field: String) {
    guard case .metadata(let named, _)? = problem(field, replace: old, by: new)?.problem else {
      Issue.record("\(field) was not refused")
      return
    }
    #expect(named == field)
  }

  @Test(
    "an impossible field of a model that sees is refused by name",
    arguments: [
      (#"\"scale\": 0.015625"#, #"\"scale\": -0.015625"#, "frame.scale"),
      (#"\"scale\": 0.015625"#, #"\"scale\": 0.0"#, "frame.scale"),
      (#"\"mlp_ratio\": 3"#, #"\"mlp_ratio\": 3000"#, "encoder.mlp_ratio"),
      (#"\"patch\": 8"#, #"\"patch\": 16"#, "encoder.patch"),
      (#"\"heads\": 4"#, #"\"heads\": 5"#, "encoder.heads"),
      (#"\"width\": 96"#, #"\"width\": 9007199254740993"#, "encoder.width")
    ])
  func anImpossibleFieldOfAModelThatSeesIsRefused(old: String, new: String, field: String) {
    let found = problem(field, of: "sim-rover", replace: old, by: new)?.problem
    guard case .metadata(let named, _)? = found else {
      Issue.record("\(field) was not refused")
      return
    }
    #expect(named == field)
  }

  @Test("a tensor that the metadata has no layer for is refused")
  func aTensorThatTheMetadataHasNoLayerForIsRefused() {
    let found = problem("fewer", replace: #"\"blocks\": 2"#, by: #"\"blocks\": 1"#)
    #expect(found?.problem == .unusedTensor)
    #expect(found?.tensor == "predictor.blocks.1.linear.bias")
  }

  @Test("a remainder is checked also where int8 does not need it")
  func aRemainderIsCheckedAlsoWhereInt8DoesNotNeedIt() {
    let name = #""predictor.output.remainder":{"dtype":"#
    let found = problem("rest", replace: name + #""I8""#, by: name + #""U8""#)
    #expect(found?.problem == .wrongType(found: "U8", expected: "I8"))
    #expect(found?.tensor == "predictor.output.remainder")
  }

  @Test("a weight of another type is refused with both that could be")
  func aWeightOfAnotherTypeIsRefused() {
    let name = #""predictor.output.weight":{"dtype":"#
    let found = problem("weight", replace: name + #""I8""#, by: name + #""U8""#)
    #expect(found?.problem == .wrongType(found: "U8", expected: "I8 or F32"))
  }

  @Test("a model for another board is refused before its tensors are looked at")
  func aModelForAnotherBoardIsRefused() throws {
    let broken = try spoilt("predictor.output.scale", at: 3, .nan)
    let found = load("board", broken, boards: ["rig", "sim-rover"])
    #expect(
      found?.problem == .wrongBoard(found: "sim-balance", expected: ["rig", "sim-rover"]))
    let path = Repository.model(board)
    #expect(try WorldModel(path: path, boards: ["rig", "sim-balance"]).info.board == board)
  }

  @Test("metadata that is not JSON is refused")
  func metadataThatIsNotJSONIsRefused() {
    #expect(
      problem("inner", replace: #""{\"board"#, by: #""(\"board"#)?.problem
        == .metadata(field: "umwelt", expected: "JSON"))
  }

  @Test(
    "a scale that is zero, negative, not finite or overflows is refused at its place",
    arguments: [
      0, -0.0, -0.25, .nan, .infinity, -.infinity, -.leastNonzeroMagnitude, .greatestFiniteMagnitude
    ],
    ["predictor.output.scale", "encoder.layers.0.scale", "head.layers.2.scale"])
  func aScaleThatIsNoneIsRefusedAtItsPlace(value: Float, tensor: String) throws {
    let found = load("scale", try spoilt(tensor, at: 3, value))
    #expect(found?.problem == .badScale(index: 3, found: "\(value)"))
    #expect(found?.tensor == tensor)
  }

  @Test("a bias that is not finite is refused at its place")
  func aBiasThatIsNotFiniteIsRefusedAtItsPlace() throws {
    let found = load("bias", try spoilt("predictor.output.bias", at: 2, .nan))
    #expect(found?.problem == .notFinite(index: 2))
    #expect(found?.tensor == "predictor.output.bias")
  }

  @Test("a weight of -128 is refused at its place")
  func aWeightOf128IsRefusedAtItsPlace() throws {
    let path = Repository.model(board)
    let tensor = try #require(try Safetensors(path: path).tensors["predictor.output.weight"])
    var bytes = TemporaryFile.read(path)
    bytes[tensor.range.lowerBound + 5] = 0x80
    #expect(load("weight", bytes)?.problem == .outOfRange(index: 5))
  }

  @Test("IMU features are the chosen axes, shifted and scaled")
  func iMUFeaturesAreTheChosenAxesShiftedAndScaled() throws {
    let imu = try #require(try WorldModel(path: Repository.model(board)).info.imu)
    let means = (0..<imu.bins * IMUFeatures.binWidth).map { Float($0) * 0.5 }
    var features = [Float](repeating: .nan, count: imu.count)
    imu.normalise(means, into: &features)
    for bin in 0..<imu.bins {
      for (index, axis) in imu.axes.enumerated() {
        let raw = means[bin * 6 + axis.rawValue]
        #expect(
          features[bin * imu.axes.count + index] == (raw - imu.offset[index]) * imu.scale[index])
      }
    }
  }
}
