// SPDX-License-Identifier: Apache-2.0
import ModelFixtures
import Testing
import WorldModel

@Suite struct ModelCommandTests {
  static let boards = ["sim-rover", "sim-balance"]
  private let folder = TemporaryFolder()

  private func tiny(_ model: TinyModel, _ name: String = "model.safetensors") throws -> String {
    let path = "\(folder.path)/\(name)"
    try model.write(path)
    return path
  }

  /// Golden vectors for the tiny balance model: inputs of zeros, and `claim` for every output.
  private func golden(claiming claim: [String: [Float]]?) throws -> String {
    let path = "\(folder.path)/golden.safetensors"
    let latent = TinyModel.latent
    var values = ["windows": [Float](repeating: 0, count: 14), "predictor.actions": [0]]
    values["predictor.latents"] = [Float](repeating: 0, count: latent)
    for kind in ["int8", "fp32"] {
      for name in ["latents", "predicted"] {
        values["\(kind).\(name)"] =
          claim?[name] ?? [Float](repeating: 1, count: latent)
      }
    }
    let shapes = [
      "windows": [1, 14], "predictor.actions": [1, 1, 1], "predictor.latents": [1, 1, latent]
    ]
    let writer = try SafetensorsWriter(
      path: path,
      tensors: values.keys.sorted().map { .init($0, .f32, shape: shapes[$0] ?? [1, latent]) })
    for (name, numbers) in values { try writer.write(name, at: 0, numbers) }
    try writer.finish()
    return path
  }

  /// What the tiny balance model makes of zeros.
  private func truth(_ path: String) throws -> [String: [Float]] {
    let model = try WorldModel(path: path, precision: .float, maximumRows: 1)
    var latent = [Float](repeating: 0, count: TinyModel.latent)
    var next = latent
    model.encode(window: [Float](repeating: 0, count: 14), into: &latent)
    model.predict(
      rows: 1, latents: [Float](repeating: 0, count: TinyModel.latent), actions: [0], imu: nil,
      into: &next)
    return ["latents": latent, "predicted": next]
  }

  @Test(
    "a missing model file is refused with its path and the reason", arguments: ["info", "verify"])
  func aMissingModelFileIsRefused(command: String) throws {
    let result = try Command.run("model", command, "/nowhere/model.safetensors")
    #expect(result.code == 2)
    #expect(result.errors.contains("/nowhere/model.safetensors: cannot be read: No such file"))
    #expect(result.output.isEmpty)
  }

  @Test("a cut model file is refused as damaged", arguments: ["info", "verify"])
  func aCutModelFileIsRefusedAsDamaged(command: String) throws {
    let whole = TemporaryFolder.read(try tiny(.balance()))
    let cut = folder.write(whole.dropLast(10), "cut.safetensors")
    let result = try Command.run("model", command, cut)
    #expect(result.code == 2)
    #expect(result.errors.contains(cut))
    #expect(result.errors.contains("the file was cut or damaged"))
  }

  @Test("a file of other bytes is refused as damaged")
  func aFileOfOtherBytesIsRefusedAsDamaged() throws {
    let noise = folder.write((0..<64).map { UInt8($0 * 3 + 7) }, "noise.safetensors")
    let result = try Command.run("model", "info", noise)
    #expect(result.code == 2)
    #expect(result.errors.contains("\(noise): the header claims"))
  }

  @Test("info tells shapes, parameters, licence and cost")
  func infoTellsShapesParametersLicenceAndCost() throws {
    let result = try Command.run("model", "info", try tiny(.balance()), "--json")
    #expect(result.code == 0)
    // 14x8 + 8x8 + 8x4 weights see; 5x8 + 8x8 + 8x4 predict; 48 biases and 16 of the norm.
    for member in [
      #""board": "sim-balance""#, #""licence": "Apache-2.0""#, #""latent": 4"#,
      #""parameters": 400"#, #""encode_mmac": 0.000208"#, #""predict_mmac": 0.000136"#,
      #""command": "made by a test""#
    ] { #expect(result.output.contains(member), "\(member)") }
  }

  @Test("verify passes a model that computes its golden vectors")
  func verifyPassesAModelThatComputesItsGoldenVectors() throws {
    let path = try tiny(.balance())
    _ = try golden(claiming: try truth(path))
    let result = try Command.run("model", "verify", path)
    #expect(result.code == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("int8 latents"))
    #expect(result.output.hasSuffix("fine\n"))
  }

  @Test("verify fails a model that computes something else")
  func verifyFailsAModelThatComputesSomethingElse() throws {
    let path = try tiny(.balance())
    let result = try Command.run("model", "verify", path, "--golden", try golden(claiming: nil))
    #expect(result.code == 1)
    #expect(result.output.contains("WRONG"))
    #expect(result.errors.isEmpty)
  }

  @Test("golden vectors that were asked for must be there")
  func goldenVectorsThatWereAskedForMustBeThere() throws {
    let result = try Command.run(
      "model", "verify", try tiny(.balance()), "--golden", "/nowhere/golden.safetensors")
    #expect(result.code == 2)
    #expect(result.errors.contains("/nowhere/golden.safetensors: cannot be read"))
  }

  @Test("golden vectors of another model are refused by the tensor")
  func goldenVectorsOfAnotherModelAreRefusedByTheTensor() throws {
    let golden = try golden(claiming: nil)
    let result = try Command.run(
      "model", "verify", try tiny(.rover(), "rover.safetensors"), "--golden", golden)
    #expect(result.code == 2)
    #expect(result.errors.contains("tensor predictor.actions: has shape [1, 1, 1]"))
  }

  @Test("encode prints a line for each picture and says which it cannot read")
  func encodePrintsALineForEachPicture() throws {
    let model = try tiny(.rover())
    let pixels = (0..<80 * 72 * 3).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let good = folder.write(Array("P6 80 72 255\n".utf8) + pixels, "good.ppm")
    let bad = folder.write("GIF89a".utf8, "bad.gif")
    let result = try Command.run("model", "encode", bad, good, good, "--model", model)
    #expect(result.code == 2)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2 && lines.first == lines.last)
    #expect(result.output.hasPrefix("\(good): "))
    #expect(lines.first?.split(separator: " ").count == 1 + TinyModel.latent)
    #expect(result.errors.contains("\(bad): is no PNG, JPEG or PPM"))
  }

  @Test("encode refuses a model without a camera")
  func encodeRefusesAModelWithoutACamera() throws {
    let result = try Command.run("model", "encode", "x.png", "--model", try tiny(.balance()))
    #expect(result.code == 2)
    #expect(result.errors.contains("this model senses with an IMU"))
  }

  @Test("a board's model tells what it is", arguments: boards)
  func aBoardsModelTellsWhatItIs(board: String) throws {
    guard Repository.hasModel(board) else {
      print("skipped: \(board) has no model.safetensors yet; train it with tools/train/train")
      return
    }
    let info = try Command.run("model", "info", Repository.model(board))
    #expect(info.code == 0 && info.output.contains("board       \(board), "))
    let verify = try Command.run("model", "verify", Repository.model(board))
    #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
  }
}
