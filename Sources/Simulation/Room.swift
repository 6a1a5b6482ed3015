// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A 4 m x 4 m room with painted walls and three pillars, and what a camera in it sees.
///
/// ```
///  y (m)            wall 1
///  4 +--------------------------+      heading 0 looks along +x,
///    |     o p0        o p1     |      positive heading turns left (towards +y)
///    | wall 2            wall 0 |
///    |          o p2            |
///  0 +--------------------------+ x
///    0          wall 3          4
/// ```
public struct Room: Sendable {
  public static let sizeM = 4.0
  public static let wallHeightM = 1.0
  public static let pillarPlaces: [(x: Double, y: Double, radius: Double)] = [
    (1.1, 2.9, 0.16), (2.9, 2.6, 0.16), (2.3, 1.0, 0.16)
  ]
  static let textureWidth = 64
  static let textureHeight = 16

  /// Shape: [4 walls + 3 pillars, textureHeight, textureWidth, 3]; row 0 at the floor.
  let textures: [UInt8]

  /// Paints the room; the same seed is the same room for ever.
  public init(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "room paint")
    let surfaces = 4 + Self.pillarPlaces.count
    var paint = [UInt8](
      repeating: 0, count: surfaces * Self.textureHeight * Self.textureWidth * 3)
    for surface in 0..<surfaces {
      let panels = surface < 4 ? 8 : 4
      for panel in 0..<panels {
        let ground = Self.colour(&random)
        let band = Self.colour(&random)
        let bandFrom = 2 + Int(random.uniform() * 8)
        for column in (panel * 64 / panels)..<((panel + 1) * 64 / panels) {
          for row in 0..<Self.textureHeight {
            let colour = row >= bandFrom && row < bandFrom + 4 ? band : ground
            let at = ((surface * Self.textureHeight + row) * Self.textureWidth + column) * 3
            for c in 0..<3 { paint[at + c] = UInt8(colour[c]) }
          }
        }
      }
    }
    textures = paint
  }

  private static func colour(_ random: inout SeededGenerator) -> SIMD3<Double> {
    SIMD3(random.uniform(15...245), random.uniform(15...245), random.uniform(15...245))
  }

  /// Whether a disc of `radiusM` fits at this place.
  public static func isFree(x: Double, y: Double, radiusM: Double) -> Bool {
    guard x > radiusM, x < sizeM - radiusM, y > radiusM, y < sizeM - radiusM else { return false }
    for pillar in pillarPlaces {
      let (dx, dy, clear) = (x - pillar.x, y - pillar.y, pillar.radius + radiusM)
      if dx * dx + dy * dy <= clear * clear { return false }
    }
    return true
  }

  /// The first surface a ray meets: its number, the distance along the ray, and where on the paint
  /// (0..<1).
  func cast(x: Double, y: Double, cosine: Double, sine: Double) -> (
    surface: Int, distanceM: Double, paint: Double
  ) {
    let c = abs(cosine) < 1e-9 ? 1e-9 : cosine
    let s = abs(sine) < 1e-9 ? 1e-9 : sine
    let alongX = (c > 0 ? Self.sizeM - x : -x) / c
    let alongY = (s > 0 ? Self.sizeM - y : -y) / s
    var nearest = min(alongX, alongY)
    var surface = alongX < alongY ? (c > 0 ? 0 : 2) : (s > 0 ? 1 : 3)
    var paint = (alongX < alongY ? y + nearest * s : x + nearest * c) / Self.sizeM
    for (index, pillar) in Self.pillarPlaces.enumerated() {
      let (dx, dy) = (pillar.x - x, pillar.y - y)
      let ahead = dx * c + dy * s
      let insideSquared = pillar.radius * pillar.radius - (dx * dx + dy * dy - ahead * ahead)
      guard insideSquared > 0 else { continue }
      let distance = ahead - insideSquared.squareRoot()
      guard distance > 0, distance < nearest else { continue }
      nearest = distance
      surface = 4 + index
      let angle = atan2(y + distance * s - pillar.y, x + distance * c - pillar.x) / (2 * .pi)
      paint = angle < 0 ? angle + 1 : angle
    }
    return (surface, nearest, paint)
  }
}
