// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Testing

@Suite struct AxisMapTests {
  /// Every way to write three axes, once each.
  static let all: [[AxisMap.Axis]] = {
    let axes = AxisMap.Axis.allCases
    return axes.flatMap { a in axes.flatMap { b in axes.map { c in [a, b, c] } } }
  }()

  private func unit(_ axis: AxisMap.Axis) -> Vector3 {
    let vectors = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
    return axis.sign * vectors[axis.index]
  }

  @Test func thereAreTwentyFourRotations() {
    #expect(Self.all.compactMap { AxisMap($0) }.count == 24)
  }

  @Test func aMapIsARotationWhenTheThirdAxisIsTheCrossProductOfTheOthers() {
    for axes in Self.all {
      let isRight = unit(axes[0]).cross(unit(axes[1])) == unit(axes[2])
      #expect((AxisMap(axes) != nil) == isRight, "\(axes)")
    }
  }

  @Test func aSensorUpsideDownIsTurnedUpright() throws {
    let map = try #require(AxisMap([.x, .minusY, .minusZ]))
    #expect(map.body(Vector3(1, 2, 3)) == Vector3(1, -2, -3))
    let sideways = try #require(AxisMap([.y, .minusX, .z]))
    #expect(sideways.body(Vector3(1, 2, 3)) == Vector3(2, -1, 3))
  }

  @Test func thereAndBackIsWhereItWas() {
    let vector = Vector3(0.1, -2, 30)
    for map in Self.all.compactMap({ AxisMap($0) }) {
      #expect(map.body(map.sensor(vector)) == vector)
      #expect(map.sensor(map.body(vector)) == vector)
    }
    #expect(AxisMap.identity.body(vector) == vector)
  }

  @Test func theFileSaysHowTheChipIsMounted() throws {
    let text = Fixture.with("  filter: 44 Hz", "  filter: 44 Hz\n  axes: [-x, z, y]")
    let board = try BoardDescription.parse(text, path: "board.yaml")
    #expect(board.imu.axes.axes == [.minusX, .z, .y])
    #expect(try BoardDescription.parse(Fixture.text, path: "board.yaml").imu.axes == .identity)
  }
}
