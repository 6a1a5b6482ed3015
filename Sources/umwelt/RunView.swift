// SPDX-License-Identifier: Apache-2.0
import Runtime

/// What a viewer is told after each decision.
struct Moment {
  var seconds: Double
  var decision: Decision
  var state: String
  var tickMs: Double
  /// Shape: [64, 64, 3]; nil without a camera.
  var frame: [UInt8]?
  /// The chosen sequence of actions (left, right duty), first one first.
  var plan: [SIMD2<Double>]
}

/// Shows a run while it goes on.
protocol RunView: AnyObject {
  func show(_ moment: Moment)
  func end()
}

/// One line a second, for logs and pipes.
final class PlainView: RunView {
  private var nextS = 0.0

  func show(_ moment: Moment) {
    guard moment.seconds >= nextS else { return }
    nextS = moment.seconds.rounded(.down) + 1
    complain(Self.line(moment))
  }

  func end() {}

  static func line(_ moment: Moment) -> String {
    let distance = moment.decision.goalDistance.map { fixed(Double($0), 2) } ?? "-"
    let surprise = moment.decision.surprise.map { fixed(Double($0), 2) } ?? "-"
    let action = (0..<2).map { fixed(Double(moment.decision.action[$0]), 2) }.joined(separator: " ")
    return "t \(fixed(moment.seconds, 1)) s  goal distance \(distance)  surprise \(surprise)  "
      + "action \(action)  imagined \(moment.decision.imagined)  \(moment.state)"
  }
}

/// The live screen: camera beside goal picture, the world from outside, sparklines.
final class ScreenView: RunView {
  private let title: String
  private let goal: [UInt8]?
  private let pace: Double
  private let palette = Terminal.palette
  /// Nil where nobody knows the world from outside.
  private var scene: (any RunScene)?
  private var distance, surprise, tick: Sparkline
  private var isFirst = true

  /// - Parameter deadlineMs: what the tick sparkline is measured against.
  init(title: String, goal: [UInt8]?, scene: (any RunScene)?, deadlineMs: Double) {
    (self.title, self.goal, self.scene, pace) = (title, goal, scene, deadlineMs)
    distance = Sparkline(capacity: 40)
    surprise = Sparkline(capacity: 40)
    tick = Sparkline(capacity: 40)
    Terminal.write("\u{1B}[?25l\u{1B}[2J")
  }

  func show(_ moment: Moment) {
    distance.add(Double(moment.decision.goalDistance ?? 0))
    surprise.add(Double(moment.decision.surprise ?? 0))
    tick.add(moment.tickMs)
    let panes = max(1, (moment.frame == nil ? 0 : 2) + (scene == nil ? 0 : 1))
    let (columns, rows) = Terminal.size
    let size = max(12, min((columns - 2 * panes) / panes, 2 * (rows - 8), 48)) & ~1
    var blocks: [(String, Canvas)] = []
    if let frame = moment.frame { blocks.append(("camera", picture(frame, size))) }
    if let goal, moment.frame != nil { blocks.append(("goal", picture(goal, size))) }
    if let title = scene?.title, let drawn = scene?.draw(size: size, plan: moment.plan) {
      blocks.append((title, drawn))
    }
    Terminal.write(
      "\u{1B}[H"
        + ([title, ""] + side(blocks, size) + [""] + gauges(moment))
        .map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
  }

  func end() { Terminal.write("\u{1B}[?25h\n") }

  private func picture(_ pixels: [UInt8], _ size: Int) -> Canvas {
    var canvas = Canvas(width: size, height: size)
    canvas.draw(pixels, sourceWidth: 64, sourceHeight: 64)
    return canvas
  }

  private func side(_ blocks: [(String, Canvas)], _ size: Int) -> [String] {
    let drawn = blocks.map { $0.1.lines(palette) }
    let titles = blocks.map { String($0.0.prefix(size)).padded(to: size) }.joined(separator: "  ")
    return [titles]
      + (0..<(drawn.map(\.count).min() ?? 0)).map { row in
        drawn.map { $0[row] }.joined(separator: "  ")
      }
  }

  private func gauges(_ moment: Moment) -> [String] {
    let decision = moment.decision
    let near = decision.goalDistance.map { fixed(Double($0), 2) } ?? "-"
    let strange = decision.surprise.map { fixed(Double($0), 2) } ?? "-"
    return [
      "goal distance \(distance.text(ceiling: 1)) \(near)",
      "surprise      \(surprise.text(ceiling: 1)) \(strange)",
      "tick          \(tick.text(ceiling: pace)) \(fixed(moment.tickMs, 1)) ms",
      "\(fixed(moment.seconds, 1)) s  \(moment.state)\(decision.isHolding ? ", holding" : "")  "
        + "\(decision.imagined) futures imagined"
    ]
  }
}
