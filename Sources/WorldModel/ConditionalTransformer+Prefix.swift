// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Keys and values of tokens that are the same in many windows: computed in one, copied to all.
extension ConditionalTransformer {
  /// Floats that `keep` writes for one token.
  var prefixWidth: Int { shape.blocks * 2 * shape.attended }

  /// Copies what the last run, of one window, left of its first `tokens` tokens.
  ///
  /// Shape: into [blocks, tokens, 2, attended].
  func keep(tokens: Int, into kept: UnsafeMutablePointer<Float>) {
    let count = tokens * 2 * shape.attended
    // SAFETY: with one window a block's tokens lie one after another.
    for block in 0..<shape.blocks {
      (kept + block * count).update(from: cache(block), count: count)
    }
  }

  /// Makes what was kept the first `tokens` tokens of each of `windows` windows, for a run from
  /// token `tokens` on.
  func restore(tokens: Int, windows: Int, from kept: UnsafePointer<Float>) {
    precondition(tokens <= shape.history && (0...self.windows).contains(windows))
    let width = 2 * shape.attended
    // SAFETY: cache holds [history, self.windows] rows of this width a block.
    for block in 0..<shape.blocks {
      var to = cache(block)
      for token in 0..<tokens {
        for _ in 0..<windows {
          to.update(from: kept + (block * tokens + token) * width, count: width)
          to += width
        }
      }
    }
  }

  private func cache(_ block: Int) -> UnsafeMutablePointer<Float> {
    keyValues.pointer + block * shape.history * windows * 2 * shape.attended
  }
}
