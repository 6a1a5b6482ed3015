// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Which directions were seen: the sphere in 24 cells, the six faces of a cube quartered.
struct SphereCoverage: Hashable, Sendable {
  static let cells = 24
  private var seen: UInt32 = 0

  var count: Int { seen.nonzeroBitCount }

  mutating func add(_ direction: Vector3) {
    guard direction.isFinite, direction.norm > 0 else { return }
    let size = direction.magnitudes
    let axis = size.x >= size.y && size.x >= size.z ? 0 : size.y >= size.z ? 1 : 2
    let signs = (0..<3).map { direction[$0] < 0 ? 1 : 0 }
    let cell = 8 * axis + 4 * signs[axis] + 2 * signs[(axis + 1) % 3] + signs[(axis + 2) % 3]
    seen |= 1 << UInt32(cell)
  }
}
