// SPDX-License-Identifier: Apache-2.0
import Kernels
import ModelFixtures
import WorldModel

/// A model file, whole or broken, through the loader; what is accepted must also run.
enum ModelProbe {
  /// Most rows of one call.
  static let rows = 2
  static let horizon = 2
  /// What this CPU can run, each in its turn.
  private static let sets = ISA.allCases.filter(\.isSupported)

  /// Returns the refusal, or nil when the model ran.
  static func run(_ bytes: UnsafeRawBufferPointer) -> ModelError? {
    let isa = sets[bytes.count % sets.count]
    let hasArena = bytes.last.map { $0 % 4 == 3 } ?? false
    for precision in [Precisions.int8, .float] {
      do throws(ModelError) {
        let file = try Safetensors(named: "fuzzed", copying: bytes)
        exercise(
          try WorldModel(
            file: file, precision: precision, maximumRows: rows, isa: isa, hasArena: hasArena))
      } catch {
        precondition(!error.description.isEmpty)
        return error
      }
    }
    return nil
  }

  private static func exercise(_ model: WorldModel) {
    let info = model.info
    precondition(model.storageBytes > 0 && info.cost.predict > 0)
    let past = info.predictor.history
    // Arrays of exactly the contract's sizes, so that the sanitiser sees a read past them.
    func floats(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 7) - 3 } }
    let latents = floats(rows * past * info.latent)
    let actions = floats(rows * max(past, horizon) * info.action.width)
    let (imu, goal) = (floats(info.predictor.imuFeatures), floats(model.embeddingWidth))
    var (latent, next) = (floats(info.latent), floats(rows * info.latent))
    var distances = floats(rows * horizon)
    if let count = info.windowCount {
      model.encode(window: floats(count), into: &latent)
    } else {
      let frame = (0..<(info.frame?.bytes ?? 0)).map { UInt8(truncatingIfNeeded: $0) }
      model.encode(frame: frame, into: &latent)
    }
    model.predict(rows: rows, latents: latents, actions: actions, imu: imu, into: &next)
    Rollout(model: model, rows: rows, horizon: horizon).distances(
      rows: rows, horizon: horizon, history: latents, pastActions: actions, imu: nil,
      candidates: actions, goalEmbedding: goal, into: &distances)
  }
}

/// Whole files to begin with: both kinds of encoder, with and without a head, in every storage.
func writeSeeds(into folder: String) throws {
  for storage in TinyModel.Storage.allCases {
    for (name, model) in [
      ("balance", TinyModel.balance()), ("balance-head", .balance(hasHead: true)),
      ("rover", .rover()), ("rover-block", .rover(hasBlock: true))
    ] {
      try model.write("\(folder)/\(name)-\(storage).safetensors", storage: storage)
    }
  }
}
