// SPDX-License-Identifier: Apache-2.0
import Testing
import WorldModel

/// Real model files, changed in one place.
@Suite struct ModelFileTests {
  private let board = "sim-balance"

  /// The model file with one text of its header replaced by another.
  private func problem(
    _ name: String, replace old: String, by new: String
  ) -> (problem: ModelError.Problem, tensor: String?)? {
    var bytes = TemporaryFile.read(Repository.model(board))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    guard let range = header.utf8.firstRange(of: old.utf8) else {
      Issue.record("the header has no \(old)")
      return nil
    }
    let start = header.utf8.distance(from: header.startIndex, to: range.lowerBound) + 8
    bytes.replaceSubrange(start..<start + old.utf8.count, with: Array(new.utf8))
    let grown = UInt64(length + new.utf8.count - old.utf8.count)
    bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: grown.littleEndian) { Array($0) })
    return load(name, bytes)
  }

  private func load(
    _ name: String, _ bytes: [UInt8]
  ) -> (problem: ModelError.Problem, tensor: String?)? {
    let file = TemporaryFile(name, bytes)
    do {
      _ = try WorldModel(path: file.path)
      return nil
    } catch { return (error.problem, error.tensor) }
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
      (#"\"torch\":"#, #"\"torsh\":"#, "training.torch")
    ])
  func anImpossibleFieldIsRefusedByName(old: String, new: String, field: String) {
    guard case .metadata(let named, _)? = problem(field, replace: old, by: new)?.problem else {
      Issue.record("\(field) was not refused")
      return
    }
    #expect(named == field)
  }

  @Test("metadata that is not JSON is refused")
  func metadataThatIsNotJSONIsRefused() {
    #expect(
      problem("inner", replace: #""{\"board"#, by: #""(\"board"#)?.problem
        == .metadata(field: "umwelt", expected: "JSON"))
  }

  @Test("a scale that is not finite is refused at its place")
  func aScaleThatIsNotFiniteIsRefusedAtItsPlace() throws {
    let path = Repository.model(board)
    let tensor = try #require(try Safetensors(path: path).tensors["predictor.output.scale"])
    var bytes = TemporaryFile.read(path)
    bytes.replaceSubrange(
      tensor.range.lowerBound + 12..<tensor.range.lowerBound + 16, with: [0, 0, 0x80, 0x7F])
    let found = load("infinite", bytes)
    #expect(found?.problem == .notFinite(index: 3))
    #expect(found?.tensor == "predictor.output.scale")
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
