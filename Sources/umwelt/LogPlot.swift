// SPDX-License-Identifier: Apache-2.0
import Codecs
import Recorder

/// Numbers over time, one strip for each: as bars in a terminal, as lines in a picture.
struct LogPlot {
  static let pictureWidth = 1200
  private static let stripHeight = 120
  private static let ground: SIMD3<UInt8> = [16, 18, 24]
  private static let grid: SIMD3<UInt8> = [48, 52, 64]
  private static let zero: SIMD3<UInt8> = [96, 100, 112]
  private static let colours: [SIMD3<UInt8>] = [
    [102, 194, 165], [252, 141, 98], [141, 160, 203], [231, 138, 195], [166, 216, 84],
    [255, 217, 47]
  ]
  private static let bars = Array("▁▂▃▄▅▆▇█")

  private let series: [LogSeries]
  private let durationS: Double

  init(_ series: [LogSeries], durationS: Double) {
    (self.series, self.durationS) = (series, durationS)
  }

  /// Each series as a row of bars between its least and its most.
  var text: String {
    let rows = series.map { series in
      let range = series.range ?? 0...0
      return [
        series.name, String(series.steps.map { Self.bar($0, in: range) }),
        "\(fixed(range.lowerBound, 3)) … \(fixed(range.upperBound, 3))"
      ]
    }
    return table(rows, indent: "") + "\n0 to \(fixed(durationS, 1)) s"
  }

  /// Each series as a strip, in the order of the terminal's rows.
  var picture: Picture {
    var canvas = Canvas(
      width: Self.pictureWidth, height: max(1, series.count) * Self.stripHeight,
      ground: Self.ground)
    for (index, one) in series.enumerated() {
      draw(one, top: index * Self.stripHeight, Self.colours[index % Self.colours.count], &canvas)
    }
    return Picture(width: canvas.width, height: canvas.height, rgb: canvas.pixels)
  }

  private func draw(
    _ series: LogSeries, top: Int, _ colour: SIMD3<UInt8>, _ canvas: inout Canvas
  ) {
    let range = series.range ?? 0...0
    let span = max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
    let height = Double(Self.stripHeight - 12)
    func y(_ value: Double) -> Double {
      Double(top + 6) + height * (1 - (value - range.lowerBound) / span)
    }
    for x in 0..<canvas.width { canvas.set(x, top, Self.grid) }
    if range.contains(0) {
      for x in 0..<canvas.width { canvas.set(x, Int(y(0)), Self.zero) }
    }
    var last: SIMD2<Double>?
    for (column, step) in series.steps.enumerated() {
      guard let step else { continue }
      let x = Double(column * canvas.width / series.steps.count)
      let (low, high) = (SIMD2(x, y(step.lowerBound)), SIMD2(x, y(step.upperBound)))
      if let last { canvas.line(last, high, colour) }
      canvas.line(low, high, colour)
      last = low
    }
  }

  /// The middle of a step.
  private static func bar(_ step: ClosedRange<Double>?, in range: ClosedRange<Double>) -> Character {
    guard let step else { return " " }
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return bars[0] }
    let share = ((step.lowerBound + step.upperBound) / 2 - range.lowerBound) / span
    return bars[min(max(Int(share * 8), 0), 7)]
  }
}
