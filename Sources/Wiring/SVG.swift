// SPDX-License-Identifier: Apache-2.0

/// Collects the elements of an SVG picture. Whole pixels only, so that it is the same everywhere.
struct SVG {
  /// Where a text stands from its point.
  enum Anchor: String { case start, middle, end }

  private var lines: [String] = []

  mutating func rectangle(
    _ x: Int, _ y: Int, _ width: Int, _ height: Int, fill: String, stroke: String = "none",
    radius: Int = 6
  ) {
    lines.append(
      "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"\(radius)\" "
        + "fill=\"\(fill)\" stroke=\"\(stroke)\"/>")
  }

  mutating func circle(_ x: Int, _ y: Int, _ radius: Int, fill: String, stroke: String = "none") {
    lines.append(
      "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"\(radius)\" fill=\"\(fill)\" stroke=\"\(stroke)\"/>")
  }

  mutating func path(_ points: [(Int, Int)], stroke: String, width: Int = 2) {
    let text = points.map { "\($0.0),\($0.1)" }.joined(separator: " ")
    lines.append(
      "<polyline points=\"\(text)\" fill=\"none\" stroke=\"\(stroke)\" "
        + "stroke-width=\"\(width)\" stroke-linejoin=\"round\"/>")
  }

  mutating func text(
    _ text: String, _ x: Int, _ y: Int, size: Int = 11, fill: String = "#212121",
    anchor: Anchor = .start, isBold: Bool = false, isCode: Bool = false
  ) {
    let weight = isBold ? " font-weight=\"bold\"" : ""
    let family = isCode ? " font-family=\"DejaVu Sans Mono, monospace\"" : ""
    lines.append(
      "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(fill)\" "
        + "text-anchor=\"\(anchor.rawValue)\"\(weight)\(family)>\(SVG.escaped(text))</text>")
  }

  /// The whole file.
  func written(title: String, width: Int, height: Int) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- SPDX-License-Identifier: Apache-2.0. Made by: umwelt board wiring -->
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
    viewBox="0 0 \(width) \(height)" font-family="DejaVu Sans, Arial, sans-serif">
    <title>\(SVG.escaped(title))</title>
    <rect width="\(width)" height="\(height)" fill="#ffffff"/>

    """ + lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
  }
}
