// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A pinhole camera in the room: one ray per column, flat walls, light falling off with distance.
package struct RoomCamera {
  package static let fieldOfViewRad = 100.0 * .pi / 180
  static let heightM = 0.3

  package let width: Int
  package let height: Int
  private let focalPixels: Double
  private let columnAngles: [Double]
  private let background: [UInt8]

  package init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    let focal = Double(width) / 2 / tan(Self.fieldOfViewRad / 2)
    focalPixels = focal
    columnAngles = (0..<width).map { atan2(Double(width) / 2 - Double($0) - 0.5, focal) }
    background = (0..<height).flatMap { row -> [UInt8] in
      let up = (Double(height) / 2 - Double(row) - 0.5) / (Double(height) / 2)
      let (base, light) =
        up < 0 ? (SIMD3(90.0, 80, 70), 0.4 - 0.6 * up) : (SIMD3(150.0, 160, 175), 0.6 + 0.4 * up)
      return (0..<3).map { UInt8(base[$0] * light) }
    }
  }

  /// Draws the view from a pose. Shape: pixels [height, width, 3].
  package func draw(
    _ room: Room, x: Double, y: Double, headingRad: Double, into pixels: inout [UInt8]
  ) {
    for column in 0..<width {
      let angle = headingRad + columnAngles[column]
      let hit = room.cast(x: x, y: y, cosine: cos(angle), sine: sin(angle))
      let depth = max(hit.distanceM * cos(columnAngles[column]), 0.02)
      let light = 1 - 0.65 * min(hit.distanceM / 5, 1)
      let texel = min(Int(hit.paint * Double(Room.textureWidth)), Room.textureWidth - 1)
      for row in 0..<height {
        let up = Double(height) / 2 - Double(row) - 0.5
        let z = Self.heightM + up * depth / focalPixels
        let at = (row * width + column) * 3
        let band = Int((z / Room.wallHeightM * Double(Room.textureHeight)).rounded(.down))
        if band >= 0, band < Room.textureHeight {
          let from =
            ((hit.surface * Room.textureHeight + band) * Room.textureWidth + max(texel, 0)) * 3
          for c in 0..<3 { pixels[at + c] = UInt8(Double(room.textures[from + c]) * light) }
        } else {
          for c in 0..<3 { pixels[at + c] = background[row * 3 + c] }
        }
      }
    }
  }

  /// Adds sensor noise of standard deviation 4 grey levels: the count of ones in 64 fair bits has
  /// variance 16, one draw a sample.
  package static func addNoise(to pixels: inout [UInt8], _ random: inout SeededGenerator) {
    for i in pixels.indices {
      let noisy = Int(pixels[i]) + random.next().nonzeroBitCount - 32
      pixels[i] = UInt8(max(0, min(255, noisy)))
    }
  }
}
