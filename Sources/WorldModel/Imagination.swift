// SPDX-License-Identifier: Apache-2.0

/// How one kind of predictor imagines many candidates step by step; `Rollout` drives it.
///
/// First `remember`, then for each block of candidates its steps in order from 0. Nothing is
/// allocated after init.
protocol Imagination: AnyObject {
  /// The most candidates of a block: those whose intermediate results stay in the cache together.
  var rows: Int { get }

  /// Takes in what all candidates of a call share.
  func remember(_ past: SharedPast, horizon: Int)

  /// One step of a block of candidates.
  ///
  /// Returns the latents after it, to be used before the next step. Shape: [block.rows, latent].
  func step(_ index: Int, of block: CandidateBlock) -> UnsafePointer<Float>
}

/// The past of all candidates, oldest first; its pointers live as long as the call that has it.
struct SharedPast {
  /// Latents that are known.
  let known: Int
  /// Shape: latents [known, latent], actions [known - 1, action], imu [imuFeatures] or nil.
  let latents, actions: UnsafePointer<Float>
  let imu: UnsafePointer<Float>?
}

/// Some candidates of one call.
struct CandidateBlock {
  let rows, horizon: Int
  /// Shape: [rows, horizon, action].
  let actions: UnsafePointer<Float>
}
