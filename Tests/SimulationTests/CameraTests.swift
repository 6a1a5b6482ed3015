// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

struct CameraTests {
  let room = Room(seed: 7)

  func clean(_ pose: Pose) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: 64 * 64 * 3)
    RoomCamera(width: 64, height: 64).draw(
      room, x: pose.x, y: pose.y, headingRad: pose.headingRad, into: &pixels)
    return pixels
  }

  @Test("The same seed gives the same bytes; another seed other noise, another room other walls")
  func seeds() {
    let pose = Pose(x: 1, y: 1, headingRad: 0.4)
    let picture = RoverWorld.picture(of: room, from: pose, seed: 5)
    #expect(picture == RoverWorld.picture(of: Room(seed: 7), from: pose, seed: 5))
    #expect(picture != RoverWorld.picture(of: room, from: pose, seed: 6))
    #expect(picture != RoverWorld.picture(of: Room(seed: 8), from: pose, seed: 5))
  }

  @Test("Noise has a standard deviation of 4 grey levels and no mean")
  func noise() {
    var pixels = [UInt8](repeating: 128, count: 300_000)
    var random = SeededGenerator(seed: 3)
    RoomCamera.addNoise(to: &pixels, &random)
    let mean = pixels.reduce(0.0) { $0 + Double($1) - 128 } / Double(pixels.count)
    let square = pixels.reduce(0.0) { $0 + (Double($1) - 128) * (Double($1) - 128) }
    #expect(abs(mean) < 0.05)  // 7 standard errors of 4 / sqrt(300 000)
    #expect(abs((square / Double(pixels.count)).squareRoot() - 4) < 0.05)
  }

  @Test("Noise stays within a byte at black and white")
  func clipping() {
    var pixels = [UInt8](repeating: 0, count: 1000) + [UInt8](repeating: 255, count: 1000)
    var random = SeededGenerator(seed: 4)
    RoomCamera.addNoise(to: &pixels, &random)
    #expect(pixels[..<1000].allSatisfy { $0 < 40 } && pixels[1000...].allSatisfy { $0 > 215 })
  }

  /// A pinhole of 100 deg: column c of 64 looks atan((31.5 - c) / 32 tan 50 deg) left of ahead. So
  /// the left column from heading h meets the same paint as a middle column turned that much
  /// further left.
  @Test(
    "The field of view is 100 degrees, and turning left brings what was on the left to the middle")
  func fieldOfView() {
    func agreement(halfAngleDeg: Double) -> Double {
      let slope = tan(halfAngleDeg * .pi / 180)
      let turn = atan(31.5 / 32 * slope) - atan(0.5 / 32 * slope)
      var same = 0
      for step in 0..<200 {
        let heading = Double(step) * 2 * .pi / 200
        let edge = clean(Pose(x: 1.9, y: 1.8, headingRad: heading))
        let middle = clean(Pose(x: 1.9, y: 1.8, headingRad: heading + turn))
        let (left, centre) = ((32 * 64 + 0) * 3, (32 * 64 + 31) * 3)
        if edge[left..<(left + 3)] == middle[centre..<(centre + 3)] { same += 1 }
      }
      return Double(same) / 200
    }
    let right = agreement(halfAngleDeg: 50)
    print("the edge column agrees in \(right) at 100 deg, \(agreement(halfAngleDeg: 45)) at 90")
    #expect(right > 0.8)
    #expect(agreement(halfAngleDeg: 45) < 0.5 && agreement(halfAngleDeg: -50) < 0.5)
  }

  @Test("A nearer wall fills more rows")
  func perspective() {
    func wallRows(distanceM: Double) -> Int {
      // Rows of the middle column that differ from the view of a far wall.
      let pose = Pose(x: 4 - distanceM, y: 0.5, headingRad: 0)
      let pixels = clean(pose)
      let focal = 32 / tan(50 * Double.pi / 180)
      let expected = Int((1.0 / distanceM * focal).rounded())
      let far = clean(Pose(x: 0.2, y: 0.5, headingRad: 0))
      let rows = (0..<64).filter { row in
        let at = (row * 64 + 32) * 3
        let isSame = pixels[at..<(at + 3)] == far[at..<(at + 3)]
        return !isSame
      }.count
      #expect(rows <= expected + 1, "\(distanceM) m")
      return rows
    }
    #expect(wallRows(distanceM: 0.6) > wallRows(distanceM: 1.2))
    #expect(wallRows(distanceM: 1.2) > wallRows(distanceM: 2.4))
  }
}
