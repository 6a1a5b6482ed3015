// SPDX-License-Identifier: Apache-2.0
import Kernels

/// A JEPA world model loaded from one file: encoder, predictor and goal distance head.
///
/// All storage is made at load; `encode`, `predict` and `embed` do not allocate. The instruction
/// set is the best of this CPU or the one named in UMWELT_ISA; each gives the same int8 results.
/// Thread: one at a time.
public final class WorldModel {
  /// The file it came from.
  public let path: String
  /// What the file says about the model.
  public let info: ModelInfo
  /// The numbers in use.
  public let precision: Precisions
  /// The instruction set in use.
  public let isa: ISA
  /// The most rows one call may have.
  public let maximumRows: Int
  /// Width of an embedding; the latent's where the model has no head.
  public let embeddingWidth: Int

  enum Encoder {
    case patches(PatchEncoder)
    case vision(FrameTransformer)
    case window(ThreeLayers)
  }
  enum Predictor {
    case residual(LatentPredictor)
    case conditional(ActionConditionedPredictor)
  }
  let encoder: Encoder
  let predictor: Predictor
  let head: ThreeLayers?
  let arena: Arena?

  /// Loads and checks the whole file, then closes it.
  ///
  /// Where `boards` are named, a model that was trained for none of them is refused before any of
  /// its tensors is read.
  /// Throws: `ModelError` naming the file, the tensor or field, what is wrong and what to do.
  public convenience init(
    path: String, precision: Precisions = .int8, maximumRows: Int = 256, boards: [String]? = nil
  ) throws(ModelError) {
    let isa: ISA
    do { isa = try ISA.selected() } catch { throw ModelError(path, nil, .kernels(error)) }
    try self.init(
      file: Safetensors(path: path), precision: precision, maximumRows: maximumRows, isa: isa,
      boards: boards)
  }

  /// The same on a given instruction set.
  ///
  /// Precondition: this CPU has it.
  public convenience init(
    path: String, precision: Precisions, maximumRows: Int, isa: ISA
  ) throws(ModelError) {
    try self.init(
      file: Safetensors(path: path), precision: precision, maximumRows: maximumRows, isa: isa)
  }

  /// The same of a file that is open; without an arena every part's storage is its own, so that a
  /// sanitiser sees a step from one to the next.
  package init(
    file: Safetensors, precision: Precisions, maximumRows: Int, isa: ISA, boards: [String]? = nil,
    hasArena: Bool = true
  ) throws(ModelError) {
    precondition(maximumRows > 0 && isa.isSupported)
    self.precision = precision
    self.maximumRows = maximumRows
    self.isa = isa
    path = file.path
    info = try ModelInfo(of: file)
    if let boards, !boards.contains(info.board) {
      throw ModelError(path, nil, .wrongBoard(found: info.board, expected: boards))
    }
    do { arena = hasArena ? try Arena() : nil } catch {
      throw ModelError(path, nil, .kernels(error))
    }
    let loader = LayerLoader(file: file, precision: precision.encoder, isa: isa, arena: arena)
    encoder = try Encoder(loader: loader, info: info)
    let planning = loader.at(precision.predictor)
    predictor = try Predictor(loader: planning, info: info, maximumRows: maximumRows)
    if let shape = info.head {
      head = try ThreeLayers(
        loader: planning, name: "head.layers", inputs: info.latent, hidden: shape.hidden,
        outputs: shape.embedding, rows: maximumRows)
    } else {
      head = nil
    }
    embeddingWidth = info.head?.embedding ?? info.latent
    try loader.finish()
    arena?.seal()
  }

  /// Camera frame to latent.
  ///
  /// Shape: pixels [height, width, 3] of `info.frame`, latent [info.latent].
  /// Precondition: the encoder is one of frames.
  public func encode(frame pixels: UnsafePointer<UInt8>, into latent: UnsafeMutablePointer<Float>) {
    switch encoder {
    case .patches(let encoder): encoder.encode(pixels, into: latent)
    case .vision(let encoder): encoder.encode(pixels, into: latent)
    case .window: preconditionFailure("this model encodes IMU windows, not frames")
    }
  }

  /// IMU window to latent.
  ///
  /// Shape: window [info.windowCount], normalised and scaled; latent [info.latent].
  /// Precondition: the encoder is a window MLP.
  public func encode(window: UnsafePointer<Float>, into latent: UnsafeMutablePointer<Float>) {
    guard case .window(let encoder) = encoder else {
      preconditionFailure("this model encodes frames, not IMU windows")
    }
    encoder.apply(rows: 1, window, into: latent)
  }

  /// One step of every candidate.
  ///
  /// Shape: latents [rows, known, latent] and actions [rows, known, action], oldest first, the last
  /// action the one now taken, in the board's units; imu [imuFeatures] normalised, shared by all
  /// rows, or nil; next [rows, latent].
  /// Precondition: rows <= maximumRows; known, the predictor's history if absent, is in its
  /// leastHistory...history.
  public func predict(
    rows: Int, known: Int? = nil, latents: UnsafePointer<Float>, actions: UnsafePointer<Float>,
    imu: UnsafePointer<Float>?, into next: UnsafeMutablePointer<Float>
  ) {
    let known = known ?? info.predictor.history
    precondition((0...maximumRows).contains(rows))
    precondition((info.predictor.leastHistory...info.predictor.history).contains(known))
    switch predictor {
    case .residual(let predictor):
      predictor.predict(rows: rows, latents: latents, actions: actions, imu: imu, into: next)
    case .conditional(let predictor):
      predictor.predict(rows: rows, known: known, latents: latents, actions: actions, into: next)
    }
  }

  /// Latents to embeddings, whose Euclidean distance is the distance to go; a copy without a head.
  ///
  /// Shape: latents [rows, latent], embeddings [rows, embeddingWidth].
  /// Precondition: rows <= maximumRows.
  public func embed(
    rows: Int, latents: UnsafePointer<Float>, into embeddings: UnsafeMutablePointer<Float>
  ) {
    precondition((0...maximumRows).contains(rows))
    if let head {
      head.apply(rows: rows, latents, into: embeddings)
    } else {
      // SAFETY: both hold rows * latent floats, as the contract says.
      embeddings.update(from: latents, count: rows * info.latent)
    }
  }
}
