// SPDX-License-Identifier: Apache-2.0
import Kernels
import ModelFixtures
import Testing
import WorldModel

/// Model files whose weights are floats, as a training exports them.
@Suite struct FloatFileTests {
  private let file = TemporaryFile("tiny")

  /// What a tiny balance model makes of made-up inputs: a latent, and a predicted one.
  private func outputs(
    _ path: String, _ precision: Precisions, isa: ISA = .best
  ) throws -> (latent: [Float], next: [Float]) {
    let model = try WorldModel(path: path, precision: precision, maximumRows: 1, isa: isa)
    let window = (0..<(model.info.windowCount ?? 0)).map { Float($0 % 5) * 0.3 - 0.6 }
    var latent = [Float](repeating: .nan, count: TinyModel.latent)
    var next = latent
    model.encode(window: window, into: &latent)
    let past = [Float](arrayLiteral: 0.5, -1, 0.25, 2)
    model.predict(rows: 1, latents: past, actions: [0.7], imu: nil, into: &next)
    return (latent, next)
  }

  @Test("float weights are used as they are")
  func floatWeightsAreUsedAsTheyAre() throws {
    try TinyModel.balance().write(file.path, storage: .float)
    let tensors = try Safetensors(path: file.path)
    let weights = try tensors.floats("predictor.output.weight", shape: [4, 8])
    #expect(try tensors.layer("predictor.output", inputs: 8, outputs: 4).floats == weights)
    let float = try outputs(file.path, .float)
    let int8 = try outputs(file.path, .int8)
    for (ours, theirs) in [(float.latent, int8.latent), (float.next, int8.next)] {
      #expect(ours != theirs, "int8 is not float")
      for (a, b) in zip(ours, theirs) { #expect(abs(a - b) < 0.05) }
    }
  }

  @Test("int8 of a float file is int8 of the file quantised from it, bit for bit")
  func int8OfAFloatFileIsInt8OfTheFileQuantisedFromIt() throws {
    try TinyModel.balance().write(file.path, storage: .float)
    let quantised = TemporaryFile("quantised")
    let source = try Safetensors(path: file.path)
    let layers = source.tensors.values.filter { $0.name.hasSuffix(".weight") }
    var tensors: [SafetensorsWriter.Declaration] = []
    for tensor in source.tensors.values {
      let isWeight = layers.contains(tensor)
      tensors.append(.init(tensor.name, isWeight ? .i8 : .f32, shape: tensor.shape))
    }
    for layer in layers {
      tensors.append(.init(layer.name.dropLast(6) + "scale", .f32, shape: [layer.shape[0]]))
    }
    let writer = try SafetensorsWriter(
      path: quantised.path, tensors: tensors, metadata: source.metadata)
    for tensor in source.tensors.values {
      let values = try source.floats(tensor.name, shape: tensor.shape)
      guard layers.contains(tensor) else {
        try writer.write(tensor.name, at: 0, values)
        continue
      }
      let int8 = QuantisedWeights(values, inputs: tensor.shape[1])
      try writer.write(tensor.name, at: 0, int8s: int8.weights)
      try writer.write(tensor.name.dropLast(6) + "scale", at: 0, int8.scale)
    }
    try writer.finish()
    for isa in ISA.allCases where isa.isSupported {
      let (ours, theirs) = try (
        outputs(file.path, .int8, isa: isa), outputs(quantised.path, .int8, isa: isa)
      )
      #expect(ours.latent == theirs.latent && ours.next == theirs.next)
    }
  }

  @Test("each part has its own precision")
  func eachPartHasItsOwnPrecision() throws {
    try TinyModel.balance().write(file.path, storage: .float)
    let (int8, float) = try (outputs(file.path, .int8), outputs(file.path, .float))
    let encoder = try outputs(file.path, Precisions(encoder: .int8, predictor: .float))
    #expect(encoder.latent == int8.latent && encoder.next == float.next)
    let predictor = try outputs(file.path, Precisions(encoder: .float, predictor: .int8))
    #expect(predictor.latent == float.latent && predictor.next == int8.next)
    #expect("\(Precisions.int8)" == "int8")
    #expect(
      "\(Precisions(encoder: .int8, predictor: .float))" == "encoder int8, predictor float")
  }

  @Test("the head goes with the predictor")
  func theHeadGoesWithThePredictor() throws {
    try TinyModel.balance(hasHead: true).write(file.path, storage: .float)
    func embedded(_ precision: Precisions) throws -> [Float] {
      let model = try WorldModel(path: file.path, precision: precision, maximumRows: 1)
      var embedding = [Float](repeating: .nan, count: model.embeddingWidth)
      model.embed(rows: 1, latents: [0.5, -1, 0.25, 2], into: &embedding)
      return embedding
    }
    #expect(try embedded(.init(encoder: .float, predictor: .int8)) == embedded(.int8))
    #expect(try embedded(.init(encoder: .int8, predictor: .float)) == embedded(.float))
    #expect(try embedded(.int8) != embedded(.float))
  }

  @Test("a float layer with a scale is refused: nobody would multiply by it")
  func aFloatLayerWithAScaleIsRefused() throws {
    try TinyModel.balance().write(file.path, storage: .float)
    let bytes = TemporaryFile.read(file.path)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let end = bytes.count - 8 - length
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    let last = try #require(header.lastIndex(of: "}"))
    let longer =
      header[..<last] + #","predictor.output.scale":{"dtype":"F32","shape":[4],"#
      + "\"data_offsets\":[\(end),\(end + 16)]}}"
    file.write(
      TemporaryFile.safetensors(String(longer), data: 0) + bytes[(8 + length)...]
        + (0..<4).flatMap { _ in [0, 0, 0x80, 0x3F] as [UInt8] })  // four times 1
    #expect {
      try WorldModel(path: file.path)
    } throws: { error in
      let error = error as? ModelError
      return error?.problem == .unusedTensor && error?.tensor == "predictor.output.scale"
    }
  }
}
