// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Codecs
import WorldModel

/// Everything about model files.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "World models: what they are, whether they compute right.",
    subcommands: [
      ModelInfoCommand.self, ModelVerifyCommand.self, ModelEncodeCommand.self,
      ModelQuantizeCommand.self, ModelCompareCommand.self
    ])
}

/// `umwelt model info`: what a file says about its model, and what the model takes to run.
struct ModelInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say what is in a model file and what it takes to run.")

  @Argument(help: "The model file.") var file: String
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let report = try ModelReport(path: file)
    print(json ? report.json : report.text)
  }
}

/// `umwelt model verify`: whether a file is whole and computes what its golden vectors say.
struct ModelVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a model file, and what it computes against its golden vectors.")

  @Argument(help: "The model file.") var file: String
  @Option(help: "Golden vectors; golden.safetensors next to the model when absent.")
  var golden: String?
  @Option(help: "Judge a LeWorldModel with its encoder in this precision instead of int8.")
  var encoder = Precision.int8
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let report = try VerifyReport(path: file, golden: golden, encoder: encoder)
    print(json ? report.json : report.text)
    if !report.isFine { throw ExitCode.failure }
  }
}

/// `umwelt model encode`: pictures to latents, one line each.
struct ModelEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Print the latents of pictures (PNG, JPEG or PPM).")

  @Argument(help: "The pictures.") var images: [String]
  @OptionGroup var place: BoardOption
  @Option(help: "A model file instead of the board's.") var model: String?
  @Option(help: "int8, or float for the reference path.") var precision = Precision.int8
  @Flag(help: "A JSON object a line on standard output.") var json = false

  func run() throws {
    let board = try model == nil ? place.load() : nil
    let path = model ?? board?.modelPath ?? ""
    let model = try WorldModel(
      path: path, precision: Precisions(precision), maximumRows: 1, boards: board?.modelBoards)
    guard let frame = model.info.frame else { throw ModelUseError.seesNoPictures(path) }
    var latent = [Float](repeating: 0, count: model.info.latent)
    var isFine = true
    for image in images {
      do throws(PictureError) {
        let picture = try Picture(contentsOf: image)
          .resized(width: frame.width, height: frame.height)
        model.encode(frame: picture.rgb, into: &latent)
        print(line(image, latent))
      } catch {
        complain("umwelt: \(error)")
        isFine = false
      }
    }
    if !isFine { throw ExitCode(2) }
  }

  private func line(_ image: String, _ latent: [Float]) -> String {
    guard json else {
      return "\(image): " + latent.map { fixed(Double($0), 5) }.joined(separator: " ")
    }
    var object = JSONObject()
    object.add("image", image)
    object.add("latent", exactly: latent)
    return object.text
  }
}

/// A model that is fine, but not for this.
enum ModelUseError: Error, CustomStringConvertible {
  case seesNoPictures(String)
  case neverPlanned(board: String, seed: UInt64)
  case drivesNoBoard(String, lacks: String)
  case sameFile(input: String, output: String)

  var description: String {
    switch self {
    case .seesNoPictures(let file):
      "\(file): this model senses with an IMU, not with pictures. Choose a board with a camera."
    case .neverPlanned(let board, let seed):
      "\(board): a whole episode (seed \(seed)) passed without a plan. Run `umwelt model verify` "
        + "and `umwelt board check` on its files."
    case .drivesNoBoard(let file, let lacks):
      "\(file): to compare precisions, the model must drive a simulated board, and this one lacks "
        + "\(lacks). For int8 against float on a planner's stored proposals run `umwelt model "
        + "verify \(file) --golden FILE` with golden vectors of tools/export."
    case .sameFile(let input, let output):
      "\(output): writing it would overwrite \(input), which is read. Give another name."
    }
  }
}
