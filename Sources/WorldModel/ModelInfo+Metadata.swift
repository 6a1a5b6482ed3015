// SPDX-License-Identifier: Apache-2.0
import Codecs
import Kernels

extension ModelInfo {
  /// Reads and checks the metadata of a model file.
  ///
  /// Throws: `ModelError` naming the field that is missing or impossible.
  public init(of file: Safetensors) throws(ModelError) {
    let format = file.metadata["format"]
    guard format == Self.format else {
      throw ModelError(file.path, nil, .wrongFormat(found: format, expected: Self.format))
    }
    guard let text = file.metadata["umwelt"] else {
      throw ModelError(file.path, nil, .metadata(field: "umwelt", expected: "present"))
    }
    guard let json = JSON(text.utf8, depthLimit: JSON.fileDepth) else {
      throw ModelError(file.path, nil, .metadata(field: "umwelt", expected: "JSON"))
    }
    let fields = try MetadataFields(json, file: file.path, place: "")
    board = try fields.text("board")
    stepS = try fields.number("step_s")
    guard stepS > 0 else { throw fields.failure("step_s", "more than 0") }
    latent = try fields.size("latent")
    frame = try fields.optional("frame", Frame.init)
    imu = try fields.optional("imu", IMUFeatures.init)
    action = try Action(fields.object("action"))
    encoder = try Encoder(fields.object("encoder"), frame: frame, imu: imu)
    predictor = try Predictor(fields.object("predictor"), imu: imu, latent: latent)
    head = try fields.optional("head", Head.init)
    surprise = try fields.optional("surprise", Surprise.init)
    training = try fields.optional("training", Training.init)
  }
}

extension ModelInfo.Frame {
  init(_ fields: MetadataFields) throws(ModelError) {
    width = try fields.size("width")
    height = try fields.size("height")
    scale = try fields.scale("scale")
    offset = try fields.float("offset")
  }
}

extension IMUFeatures {
  init(_ fields: MetadataFields) throws(ModelError) {
    var axes: [Axis] = []
    for name in try fields.texts("axes") {
      guard let axis = Axis.allCases.first(where: { $0.name == name }), !axes.contains(axis) else {
        let known = Axis.allCases.map(\.name).joined(separator: ", ")
        throw fields.failure("axes", "a list of different names of \(known)")
      }
      axes.append(axis)
    }
    guard !axes.isEmpty else { throw fields.failure("axes", "a list of at least one name") }
    self.axes = axes
    bins = try fields.size("bins")
    scale = try fields.scales("scale", count: axes.count)
    offset = try fields.floats("offset", count: axes.count)
  }
}

extension ModelInfo.Action {
  init(_ fields: MetadataFields) throws(ModelError) {
    names = try fields.texts("names")
    guard !names.isEmpty else { throw fields.failure("names", "a list of at least one name") }
    scale = try fields.scales("scale", count: names.count)
    offset =
      fields.has("offset")
      ? try fields.floats("offset", count: names.count)
      : [Float](repeating: 0, count: names.count)
    block = fields.has("block") ? try fields.size("block") : 1
    guard names.count % block == 0 else {
      throw fields.failure("block", "a divisor of the \(names.count) names")
    }
  }
}

extension ModelInfo.Head {
  init(_ fields: MetadataFields) throws(ModelError) {
    hidden = try fields.size("hidden")
    embedding = try fields.size("embedding")
  }
}

extension ModelInfo.Surprise {
  init(_ fields: MetadataFields) throws(ModelError) {
    latentErrorP50 = try fields.float("latent_error_p50")
    latentErrorP99 = try fields.float("latent_error_p99")
    normP01 = try fields.float("norm_p01")
    normP99 = try fields.float("norm_p99")
    guard latentErrorP50 >= 0, latentErrorP99 >= latentErrorP50, latentErrorP99 > 0 else {
      throw fields.failure("latent_error_p99", "more than 0 and at least latent_error_p50")
    }
    guard normP01 >= 0, normP99 >= normP01 else {
      throw fields.failure("norm_p99", "at least norm_p01, and both at least 0")
    }
  }
}

extension ModelInfo.Training {
  init(_ fields: MetadataFields) throws(ModelError) {
    self =
      fields.has("source")
      ? .conversion(try ModelInfo.Conversion(fields)) : .run(try ModelInfo.TrainingRun(fields))
  }
}

extension ModelInfo.TrainingRun {
  init(_ fields: MetadataFields) throws(ModelError) {
    seed = try fields.count("seed")
    dataSHA256 = try fields.text("data_sha256")
    dataEpisodes = try fields.count("data_episodes")
    steps = try fields.count("steps")
    cpuSeconds = try fields.number("cpu_seconds")
    wallSeconds = try fields.number("wall_seconds")
    torch = try fields.text("torch")
    command = try fields.text("command")
  }
}

extension ModelInfo.Conversion {
  init(_ fields: MetadataFields) throws(ModelError) {
    source = try fields.text("source")
    sha256 = try fields.text("sha256")
    command = try fields.text("command")
  }
}
