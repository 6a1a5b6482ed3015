// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Intercom

/// Values as they come.
enum SignalCommands {
  /// More often nobody can read, and a line of 115200 baud is full.
  static let fastestHz = 50.0
  static let usualHz = 5.0
  static let plotLimit = 4

  static func listen(_ call: Call) throws(ConsoleError) -> Outcome {
    let (names, rateHz) = try rate(call)
    let signals = try named(names, call)
    return .live(ListenView(signals, rateHz: rateHz))
  }

  static func plot(_ call: Call) throws(ConsoleError) -> Outcome {
    let (names, rateHz) = try rate(call)
    let signals = try named(names, call)
    guard signals.count <= plotLimit else { throw call.command.usage }
    return .live(PlotView(signals, rateHz: rateHz))
  }

  static func camera(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...1)
    guard call.words.isEmpty || call.words == ["live"] else { throw call.command.usage }
    guard let picture = call.console.robot.picture() else {
      throw .noPicture
    }
    if !call.words.isEmpty { return .live(CameraView()) }
    return .answer(
      Answer(
        PictureText.lines(
          picture, rows: 24, columns: call.session.editor.columns,
          hasAnsi: call.session.hasAnsi),
        .of(
          ("width", .whole(picture.width)),
          ("height", .whole(picture.pixels.count / 3 / max(picture.width, 1))))))
  }

  private static func rate(_ call: Call) throws(ConsoleError) -> ([String], Double) {
    var names = call.words
    guard let flag = names.firstIndex(of: "-r") else { return (names, usualHz) }
    guard names.indices.contains(flag + 1), let rateHz = Double(names[flag + 1]),
      rateHz >= 0.1, rateHz <= fastestHz
    else { throw call.command.usage }
    names.removeSubrange(flag...flag + 1)
    return (names, rateHz)
  }

  private static func named(_ names: [String], _ call: Call) throws(ConsoleError) -> [Signal] {
    guard !names.isEmpty else { throw call.command.usage }
    var found: [Signal] = []
    for name in names {
      let some = call.console.signals.filter { $0.name == name || $0.topic.rawValue == name }
      guard !some.isEmpty else {
        let known = call.console.signals.map(\.name) + Signal.Topic.allCases.map(\.rawValue)
        throw .unknownWord(
          kind: "signal", word: name, meant: nearest(to: name, among: known))
      }
      found += some
    }
    return found
  }
}

/// `listen`: a line of values, again and again, under their names.
final class ListenView: LiveView {
  let periodS: Double
  let fillsScreen = false
  private let signals: [Signal]
  private var shown = 0

  init(_ signals: [Signal], rateHz: Double) { (self.signals, periodS) = (signals, 1 / rateHz) }

  func lines(_ console: Console, size: (rows: Int, columns: Int)?) -> [String] {
    let names = signals.map { $0.unit.isEmpty ? $0.name : "\($0.name)/\($0.unit)" }
    let values = signals.map { Digits.short($0.read(console.snapshot)) }
    defer { shown += 1 }
    let row = zip(values, names).map { Columns.padded($0, to: max($1.count, 8) + 2) }.joined()
    guard shown % 20 == 0 else { return [row] }
    return [names.map { Columns.padded($0, to: max($0.count, 8) + 2) }.joined(), row]
  }

  func data(_ console: Console) -> JSON { Self.data(signals, console) }

  static func data(_ signals: [Signal], _ console: Console) -> JSON {
    .object(
      [JSON.Member("t", .number(console.snapshot.at.seconds))]
        + signals.map { JSON.Member($0.name, .maybe($0.read(console.snapshot))) })
  }
}

/// `plot`: the last values of each signal as a row of bars, or of digits where bars are not known.
final class PlotView: LiveView {
  let periodS: Double
  let fillsScreen = true
  private let signals: [Signal]
  private var values: [[Double?]]

  private static let widest = 400
  private static let bars = Array("▁▂▃▄▅▆▇█")
  private static let plainBars = Array("_.-~=+*#")

  init(_ signals: [Signal], rateHz: Double) {
    (self.signals, periodS) = (signals, 1 / rateHz)
    values = signals.map { _ in [] }
  }

  func lines(_ console: Console, size: (rows: Int, columns: Int)?) -> [String] {
    for (index, signal) in signals.enumerated() {
      values[index].append(signal.read(console.snapshot))
      if values[index].count > Self.widest { values[index].removeFirst() }
    }
    guard let size else {
      return [zip(signals, values).map { bar($0, $1, width: 24) }.joined(separator: "  ")]
    }
    return zip(signals, values).flatMap { signal, values in
      let shown = values.suffix(size.columns - 2).compactMap { $0 }
      let span = "\(Digits.short(shown.min())) to \(Digits.short(shown.max())) \(signal.unit)"
      return [
        "\(signal.name) \(Digits.short(values.last ?? nil)) \(signal.unit)  (\(span))",
        drawn(values.suffix(size.columns - 2), Self.bars), ""
      ]
    } + ["any key ends this; ctrl-X stops the robot"]
  }

  func data(_ console: Console) -> JSON { ListenView.data(signals, console) }

  private func bar(_ signal: Signal, _ values: [Double?], width: Int) -> String {
    let text = Columns.padded(drawn(values.suffix(width), Self.plainBars), to: width)
    return "\(signal.name) \(text) \(Digits.short(values.last ?? nil))"
  }

  private func drawn(_ values: ArraySlice<Double?>, _ bars: [Character]) -> String {
    let known = values.compactMap { $0 }.filter(\.isFinite)
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    return String(
      values.map { value in
        guard let value, value.isFinite else { return " " }
        let share = high > low ? (value - low) / (high - low) : 0.5
        return bars[min(bars.count - 1, max(0, Int(share * Double(bars.count))))]
      })
  }
}

/// `camera live`.
final class CameraView: LiveView {
  let periodS = 0.5
  let fillsScreen = true

  func lines(_ console: Console, size: (rows: Int, columns: Int)?) -> [String] {
    guard let picture = console.robot.picture() else { return ["no picture"] }
    return PictureText.lines(
      picture, rows: (size?.rows ?? 25) - 2, columns: size?.columns ?? 80, hasAnsi: size != nil)
      + ["any key ends this; ctrl-X stops the robot"]
  }

  func data(_ console: Console) -> JSON { .null }
}

/// A picture as text: two pixels a character where there are colours, else as dark as its
/// characters.
enum PictureText {
  /// From dark to bright.
  private static let shades = Array(" .:-=+*#%@")

  static func lines(
    _ picture: CameraPicture, rows: Int, columns: Int, hasAnsi: Bool
  ) -> [String] {
    let height = picture.pixels.count / 3 / max(picture.width, 1)
    guard picture.width > 0, height > 0 else { return ["an empty picture"] }
    let width = min(columns - 1, picture.width, 2 * rows * picture.width / height)
    let count = max(1, min(rows, width * height / picture.width / 2))
    return (0..<count).map { row in
      var line = ""
      for column in 0..<max(1, width) {
        let x = column * picture.width / max(1, width)
        let upper = pixel(picture, x, 2 * row * height / (2 * count))
        let lower = pixel(picture, x, (2 * row + 1) * height / (2 * count))
        line += hasAnsi ? "\u{1B}[38;5;\(cube(upper));48;5;\(cube(lower))m▀" : shade(upper, lower)
      }
      return hasAnsi ? line + "\u{1B}[0m" : line
    }
  }

  private static func pixel(_ picture: CameraPicture, _ x: Int, _ y: Int) -> SIMD3<Int> {
    let at = (y * picture.width + x) * 3
    guard at + 2 < picture.pixels.count else { return .zero }
    return SIMD3((0..<3).map { Int(picture.pixels[at + $0]) })
  }

  /// The 6 x 6 x 6 colours of xterm's 256.
  private static func cube(_ c: SIMD3<Int>) -> Int {
    16 + 36 * (c.x * 6 / 256) + 6 * (c.y * 6 / 256) + c.z * 6 / 256
  }

  private static func shade(_ a: SIMD3<Int>, _ b: SIMD3<Int>) -> String {
    let light = (a.wrappedSum() + b.wrappedSum()) / 6
    return String(shades[light * shades.count / 256])
  }
}
