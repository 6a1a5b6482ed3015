// SPDX-License-Identifier: Apache-2.0
import Kernels

/// z' = z + f(latents, actions, IMU): a residual MLP over flat rows.
final class LatentPredictor {
  private let latent: Int
  private let shape: ModelInfo.ResidualMLP
  private let action: ModelInfo.Action
  private let row: Int
  private let input, output: PackedLinear
  private let blocks: [(norm: LayerNorm, linear: PackedLinear)]
  private let rows, newest, hidden, normed, next: FloatStorage
  private let scratch: QuantisedRows

  init(
    loader: LayerLoader, info: ModelInfo, shape: ModelInfo.ResidualMLP, maximumRows: Int
  ) throws(ModelError) {
    (latent, self.shape, action) = (info.latent, shape, info.action)
    let width = shape.hidden
    row = shape.row(latent: latent, action: action.width)
    input = try loader.linear("predictor.input", row, width)
    output = try loader.linear("predictor.output", width, latent)
    var blocks: [(norm: LayerNorm, linear: PackedLinear)] = []
    for index in 0..<shape.blocks {
      let name = "predictor.blocks.\(index)"
      blocks.append(
        (try loader.norm("\(name).norm", width), try loader.linear("\(name).linear", width, width)))
    }
    self.blocks = blocks
    rows = loader.storage(maximumRows * row)
    newest = loader.storage(maximumRows * latent)
    hidden = loader.storage(maximumRows * width)
    normed = loader.storage(maximumRows * width)
    next = loader.storage(maximumRows * width)
    scratch = loader.rows(maximumRows, width: max(row, width))
  }

  /// The same layers with storage of its own for `count` rows, for another thread.
  init(sharing other: LatentPredictor, rows count: Int) {
    (latent, shape, action, row) = (other.latent, other.shape, other.action, other.row)
    (input, output, blocks) = (other.input, other.output, other.blocks)
    rows = FloatStorage(count: count * row)
    newest = FloatStorage(count: count * latent)
    hidden = FloatStorage(count: count * shape.hidden)
    normed = FloatStorage(count: count * shape.hidden)
    next = FloatStorage(count: count * shape.hidden)
    scratch = QuantisedRows(rows: count, width: max(row, shape.hidden), isa: other.scratch.isa)
  }

  var storageBytes: Int {
    [input, output].storageBytes
      + blocks.reduce(0) { $0 + $1.norm.storageBytes + $1.linear.storageBytes }
      + [rows, newest, hidden, normed, next].storageBytes + scratch.storageBytes
  }

  /// Shape: as `WorldModel.predict`.
  func predict(
    rows count: Int, latents: UnsafePointer<Float>, actions: UnsafePointer<Float>,
    imu: UnsafePointer<Float>?, into out: UnsafeMutablePointer<Float>
  ) {
    let history = shape.history
    // SAFETY: latents and actions hold `count` rows of the contract's shapes; rows and newest were
    // made for maximumRows, which the caller checks.
    for index in 0..<count {
      fill(
        rows.pointer + index * row, latents: latents + index * history * latent,
        actions: actions + index * history * action.width, imu: imu)
      (newest.pointer + index * latent).update(
        from: latents + ((index + 1) * history - 1) * latent, count: latent)
    }
    var state = hidden.pointer
    var spare = next.pointer
    input.apply(rows: count, input: rows.pointer, output: state, scratch: scratch)
    for block in blocks {
      block.norm.apply(rows: count, input: state, output: normed.pointer)
      block.linear.apply(
        rows: count, input: normed.pointer, activation: .geluTanh, residual: state, output: spare,
        scratch: scratch)
      swap(&state, &spare)
    }
    output.apply(
      rows: count, input: state, residual: newest.pointer, output: out, scratch: scratch)
  }

  /// One row: z_t, differences to the past, actions oldest first, IMU features and their flag.
  private func fill(
    _ row: UnsafeMutablePointer<Float>, latents: UnsafePointer<Float>,
    actions: UnsafePointer<Float>, imu: UnsafePointer<Float>?
  ) {
    let width = latent
    let history = shape.history
    var to = row
    let last = latents + (history - 1) * width
    to.update(from: last, count: width)
    to += width
    for back in 0..<history - 1 {
      let newer = last - back * width
      for index in 0..<width { to[index] = newer[index] - newer[index - width] }
      to += width
    }
    for step in 0..<history {
      for index in 0..<action.width {
        let raw = actions[step * action.width + index]
        to[index] = (raw - action.offset[index]) / action.scale[index]
      }
      to += action.width
    }
    let features = shape.imuFeatures
    if features == 0 { return }
    if let imu {
      to.update(from: imu, count: features)
    } else {
      to.update(repeating: 0, count: features)
    }
    to[features] = imu == nil ? 0 : 1
  }
}
