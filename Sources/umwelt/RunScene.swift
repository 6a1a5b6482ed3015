// SPDX-License-Identifier: Apache-2.0
import Quantities
import Runtime
import Simulation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The picture of the world beside the camera's: where the robot is and where it imagines going.
protocol RunScene {
  var title: String { get }
  mutating func draw(size: Int, plan: [SIMD2<Double>]) -> Canvas
}

/// The room from above: pillars, the way so far, the goal, the imagined path.
struct RoomScene: RunScene {
  let title = "map: goal green, imagined yellow"
  private let judge: RoverJudge
  private var trail: [Pose] = []

  init(judge: RoverJudge) { self.judge = judge }

  mutating func draw(size: Int, plan: [SIMD2<Double>]) -> Canvas {
    trail.append(judge.pose)
    var canvas = Canvas(width: size, height: size, ground: [24, 26, 32])
    let scale = Double(size) / Room.sizeM
    func point(_ x: Double, _ y: Double) -> SIMD2<Double> { [x * scale, Double(size) - y * scale] }
    for i in 0..<size {
      for edge in [(i, 0), (i, size - 1), (0, i), (size - 1, i)] {
        canvas.set(edge.0, edge.1, [90, 90, 100])
      }
    }
    for pillar in Room.pillarPlaces {
      canvas.disc(point(pillar.x, pillar.y), radius: pillar.radius * scale, [150, 110, 70])
    }
    for pose in trail { spot(&canvas, point(pose.x, pose.y), [80, 110, 150]) }
    arrow(&canvas, judge.task.goal, scale, size, [90, 220, 110])
    for pose in path(plan) { spot(&canvas, point(pose.x, pose.y), [250, 200, 60]) }
    arrow(&canvas, judge.pose, scale, size, [240, 240, 250])
    return canvas
  }

  private func spot(_ canvas: inout Canvas, _ at: SIMD2<Double>, _ colour: SIMD3<UInt8>) {
    canvas.set(Int(at.x), Int(at.y), colour)
  }

  private func arrow(
    _ canvas: inout Canvas, _ pose: Pose, _ scale: Double, _ size: Int, _ colour: SIMD3<UInt8>
  ) {
    let from = SIMD2(pose.x * scale, Double(size) - pose.y * scale)
    let reach = 0.3 * scale
    canvas.disc(from, radius: max(0.8, 0.12 * scale), colour)
    canvas.line(
      from, from + [reach * cos(pose.headingRad), -reach * sin(pose.headingRad)], colour)
  }

  /// Where the chosen actions would take an ideal rover from here.
  private func path(_ plan: [SIMD2<Double>]) -> [Pose] {
    var body = RoverBody(pose: judge.pose)
    var poses: [Pose] = []
    for action in plan {
      for _ in 0..<6 {
        body.advance(dtS: 0.05, left: .driven(action.x), right: .driven(action.y))
        poses.append(body.pose)
      }
    }
    return poses
  }
}

/// The balancing robot from the side.
struct BalanceScene: RunScene {
  let title = "side view"
  private let judge: any Judge

  init(judge: any Judge) { self.judge = judge }

  mutating func draw(size: Int, plan: [SIMD2<Double>]) -> Canvas {
    var canvas = Canvas(width: size, height: size, ground: [24, 26, 32])
    let truth = judge.world.truth
    let (tilt, position) = (truth[0], truth[2])
    let floor = Double(size) - 3
    let axle = SIMD2(Double(size) / 2, floor - Double(size) / 10)
    canvas.line([0, floor], [Double(size) - 1, floor], [90, 90, 100])
    for mark in -8...8 {  // the floor moves under it
      let x = (Double(mark) * 0.25 - position.truncatingRemainder(dividingBy: 0.25))
      canvas.set(Int(axle.x + x * Double(size)), Int(floor) + 1, [150, 150, 160])
    }
    let length = 0.65 * Double(size)
    let tip = axle + [length * sin(tilt), -length * cos(tilt)]
    let isUp = abs(tilt) < BalanceWorld.fallenRad
    canvas.line(axle, tip, isUp ? [90, 220, 110] : [230, 80, 70])
    canvas.line(axle + [1, 0], tip + [1, 0], isUp ? [90, 220, 110] : [230, 80, 70])
    canvas.disc(axle, radius: Double(size) / 10, [80, 110, 150])
    return canvas
  }
}
