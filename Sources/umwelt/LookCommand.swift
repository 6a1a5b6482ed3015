// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Codecs
import Quantities

/// `umwelt look`: one picture of what the robot's camera sees. Nothing moves.
struct LookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "look", abstract: "Show or save what the camera sees, for example as a goal.")

  @OptionGroup var place: BoardOption
  @Option(help: "Save it here as PNG, for umwelt run --goal.") var out: String?

  func run() throws {
    let board = try place.load()
    guard let camera = board.camera else {
      throw ValidationError("\(board.name) has no camera: its board.yaml has no `camera`.")
    }
    let hardware = try board.hardware()
    let source = try hardware.frameSource(camera.name)
    var frame = Frame(width: source.width, height: source.height)
    // The first frames of a camera are dark: it is still measuring the light.
    let end = hardware.clock.now + Interval(seconds: 1 + 3 / camera.rateHz)
    var count = 0
    while hardware.clock.now < end {
      hardware.clock.sleep(until: hardware.clock.now + Interval(seconds: 0.01))
      if try source.latest(into: &frame) { count += 1 }
    }
    guard count > 0 else { throw FrameError(camera: camera.name, errno: 110) }  // ETIMEDOUT
    if let out {
      try Picture(width: frame.width, height: frame.height, rgb: frame.pixels).write(png: out)
      complain("\(out): \(frame.width) x \(frame.height)")
    }
    if Terminal.isScreen {
      let size = max(12, min(Terminal.size.columns, 2 * (Terminal.size.rows - 2), 96)) & ~1
      var canvas = Canvas(width: size, height: size)
      canvas.draw(frame.pixels, sourceWidth: frame.width, sourceHeight: frame.height)
      print(canvas.lines(Terminal.palette).joined(separator: "\n"))
    }
  }
}
