// SPDX-License-Identifier: Apache-2.0

/// A small picture that a terminal can show: two pixels a character cell, upper and lower half
/// block.
struct Canvas {
  let width: Int
  let height: Int
  /// Shape: [height, width, 3].
  private(set) var pixels: [UInt8]

  init(width: Int, height: Int, ground: SIMD3<UInt8> = [0, 0, 0]) {
    (self.width, self.height) = (width, height + height % 2)
    pixels = [UInt8](repeating: 0, count: self.width * self.height * 3)
    for y in 0..<self.height { for x in 0..<width { set(x, y, ground) } }
  }

  mutating func set(_ x: Int, _ y: Int, _ colour: SIMD3<UInt8>) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    for c in 0..<3 { pixels[(y * width + x) * 3 + c] = colour[c] }
  }

  /// A straight line between two points, ends included.
  mutating func line(
    _ from: SIMD2<Double>, _ to: SIMD2<Double>, _ colour: SIMD3<UInt8>
  ) {
    let steps = max(1, Int((max(abs(to.x - from.x), abs(to.y - from.y)) * 2).rounded(.up)))
    for step in 0...steps {
      let at = from + (to - from) * (Double(step) / Double(steps))
      set(Int(at.x.rounded(.down)), Int(at.y.rounded(.down)), colour)
    }
  }

  mutating func disc(_ centre: SIMD2<Double>, radius: Double, _ colour: SIMD3<UInt8>) {
    for y in Int(centre.y - radius)...Int(centre.y + radius) {
      for x in Int(centre.x - radius)...Int(centre.x + radius) {
        let away = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - centre
        if away.x * away.x + away.y * away.y <= radius * radius { set(x, y, colour) }
      }
    }
  }

  /// Another picture, averaged down or repeated up to fill this one. Shape: [sourceHeight,
  /// sourceWidth, 3].
  mutating func draw(_ source: [UInt8], sourceWidth: Int, sourceHeight: Int) {
    for y in 0..<height {
      let rows = Self.span(y, of: height, in: sourceHeight)
      for x in 0..<width {
        let columns = Self.span(x, of: width, in: sourceWidth)
        var sum = SIMD3<Int>.zero
        for row in rows {
          for column in columns {
            for c in 0..<3 { sum[c] += Int(source[(row * sourceWidth + column) * 3 + c]) }
          }
        }
        let count = rows.count * columns.count
        set(x, y, SIMD3(UInt8(sum.x / count), UInt8(sum.y / count), UInt8(sum.z / count)))
      }
    }
  }

  private static func span(_ index: Int, of count: Int, in source: Int) -> Range<Int> {
    let first = index * source / count
    return first..<max(first + 1, (index + 1) * source / count)
  }

  /// One line of text for each two rows of pixels.
  func lines(_ palette: Palette) -> [String] {
    stride(from: 0, to: height, by: 2).map { row in
      var text = ""
      var last = ""
      for x in 0..<width {
        let code = palette.code(foreground: colour(x, row), background: colour(x, row + 1))
        if code != last { text += code }
        last = code
        text += "▀"
      }
      return text + Palette.reset
    }
  }

  private func colour(_ x: Int, _ y: Int) -> SIMD3<UInt8> {
    let at = (y * width + x) * 3
    return [pixels[at], pixels[at + 1], pixels[at + 2]]
  }
}

/// What colours the terminal can show.
enum Palette {
  case trueColour
  case cube  // the 6x6x6 colours of a 256-colour terminal

  static let reset = "\u{1B}[0m"

  func code(foreground f: SIMD3<UInt8>, background b: SIMD3<UInt8>) -> String {
    switch self {
    case .trueColour: "\u{1B}[38;2;\(f.x);\(f.y);\(f.z);48;2;\(b.x);\(b.y);\(b.z)m"
    case .cube: "\u{1B}[38;5;\(Self.index(f));48;5;\(Self.index(b))m"
    }
  }

  private static func index(_ c: SIMD3<UInt8>) -> Int {
    16 + 36 * (Int(c.x) * 6 / 256) + 6 * (Int(c.y) * 6 / 256) + Int(c.z) * 6 / 256
  }
}
