// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Simulation
import Testing

@Suite("The hand")
struct HandWorldTests {
  private static let room = Room(seed: 7)

  private func advance(_ world: HandWorld, _ seconds: Double, each: () -> Void = {}) {
    for _ in 0..<Int(seconds * 1000) {
      world.advance(dtS: 0.001, left: .coasting, right: .coasting)
      each()
    }
  }

  /// The true specific force, the IMU's own errors undone.
  private func truth(_ world: HandWorld) throws -> Vector3 {
    let rows = world.imuErrors
    let inverse = try #require(Matrix3(rows: (rows[0], rows[1], rows[2])).inverse)
    return inverse * world.motion.specificForceMS2
  }

  @Test(
    "puts the robot on each of its sides, within a degree, and lets go", arguments: Face.allCases)
  func places(face: Face) throws {
    let world = HandWorld(room: Self.room, seed: 4)
    world.place(up: face.up)
    advance(world, 8)
    let force = try truth(world)
    #expect(abs(force.norm - 9.80665) < 1e-6)
    #expect(face.angleRad(to: force) < radians(degrees: 0.3))
    #expect(world.motion.angularRateRadS == .zero)
  }

  @Test("tumbles it so that every direction of the field is seen, but a lazy one does not")
  func tumbles() throws {
    var seen: [HandWorld.Flaw?: Double] = [:]
    for flaw in [nil, HandWorld.Flaw.lazy] {
      let world = HandWorld(room: Self.room, seed: 4, flaw: flaw)
      world.tumble()
      var samples: [Vector3] = []
      var step = 0
      advance(world, 60) {
        step += 1
        if step % 100 == 0 { samples.append(world.magneticT) }
      }
      seen[flaw] = EllipsoidFit.coverage(of: samples)
      if flaw == nil {
        let fit = try EllipsoidFit(samples)
        #expect((fit.offsetT - HandWorld.hardIronT).norm < 1e-9)
        #expect(fit.residual < 1e-6)
      }
    }
    #expect(seen[nil] == 1)
    #expect((seen[.lazy] ?? 1) < Double(EllipsoidFit.Limits.cells) / 24)
  }

  @Test("shows the camera the heading of a moment ago")
  func late() {
    let world = HandWorld(room: Self.room, seed: 4)
    world.sway()
    var headings: [Double] = [0]
    for _ in 0..<2000 {
      world.advance(dtS: 0.001, left: .coasting, right: .coasting)
      headings.append(headings[headings.count - 1] + 0.001 * world.motion.angularRateRadS.z)
    }
    let delay = Int(HandWorld.cameraDelayS * 1000)
    #expect(abs(world.truth[2] - headings[headings.count - 1 - delay]) < 1e-9)
  }

  @Test("that is tired does three things and then no more")
  func tired() throws {
    let world = HandWorld(room: Self.room, seed: 4, flaw: .tired)
    for face in [Face.upright, .noseUp, .leftUp, .noseDown] {
      world.place(up: face.up)
      advance(world, 8)
    }
    #expect(Face(accelMS2: try truth(world)) == .leftUp)
  }
}

@Suite("A motor with friction")
struct DeadBandTests {
  private func speedMS(_ voltage: Double, deadBand: Double) -> Double {
    let world = RoverWorld(
      room: Room(seed: 7), start: Pose(x: 2, y: 2, headingRad: 0), seed: 1, deadBand: deadBand)
    for _ in 0..<1000 {
      world.advance(dtS: 0.001, left: .driven(voltage), right: .driven(voltage))
    }
    return world.truth[3]
  }

  @Test("stands below its dead band and moves beyond it, either way")
  func deadBand() {
    #expect(speedMS(0.09, deadBand: 0.1) == 0)
    #expect(speedMS(-0.09, deadBand: 0.1) == 0)
    #expect(abs(speedMS(0.3, deadBand: 0.1) - 0.1) < 0.01)
    #expect(abs(speedMS(-0.3, deadBand: 0.1) + 0.1) < 0.01)
  }

  @Test("without one moves as it always did")
  func none() { #expect(speedMS(0.05, deadBand: 0) > 0.02) }
}
