// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A robot in somebody's hands, motors off: turned onto its sides, tumbled, swayed, as asked.
///
/// The hand is not ideal: it puts the robot down a fraction of a degree off. The IMU is not ideal
/// either: its scale and misalignment are in what it feels, so that every fake chip has them
/// beside its own bias and noise.
public final class HandWorld: World {
  /// What a hand or the place can do wrong.
  public enum Flaw: String, CaseIterable, Sendable {
    /// Never quite still.
    case shaking
    /// Does three things and then no more.
    case tired
    /// Turns the robot only about the vertical.
    case lazy
    /// Puts the nose-up side down 12 deg off.
    case crooked
    /// The room is dark: the camera sees nothing but noise.
    case dark
  }

  /// How fast the hand turns the robot at most. Units: rad/s.
  static let speedRadS = 2.0
  /// Of the tremor of a robot held in the air, deviation. Units: rad/s.
  static let tremorRadS = 0.05
  /// How far from square a hand puts a robot down. Units: rad.
  static let placementRad = 0.2 * Double.pi / 180
  /// How much later than it happened the camera says that it happened. Units: s.
  public static let cameraDelayS = 0.035

  public let motorCount = 2
  public private(set) var motion = Motion.rest
  /// What the accelerometer makes of the true specific force, its bias aside. Rows.
  public let imuErrors: [Vector3]
  /// The field that the magnetometer is in, iron of the robot included. Units: T, body frame.
  public private(set) var magneticT = Vector3.zero

  private enum Action {
    case resting
    case placing(Quaternion)
    case tumbling, swaying
  }

  private let flaw: Flaw?
  private let room: Room
  private let place: Pose
  private var action = Action.resting
  private var done = 0
  private var bodyToEarth = Quaternion.identity
  private var timeS = 0.0
  /// Headings of the last moments, for the camera's delay; one a millisecond.
  private var headings: [Double]
  private var newest = 0
  private var headingRad = 0.0
  private var random: SeededGenerator
  private var camera: RoomCamera?

  /// - Parameter room: what the camera sees.
  public init(room: Room, seed: UInt64, flaw: Flaw? = nil) {
    (self.room, self.flaw) = (room, flaw)
    var random = SeededGenerator(seed: seed, stream: "hand world")
    place = RoverWorld.randomPose(&random, clearanceM: 0.3)
    // Source: MPU-6000 product specification 3.4, section 6.2: scale ±3 %, cross-axis ±2 %.
    func draw(_ bound: Double) -> Double { random.uniform(-bound...bound) }
    imuErrors = (0..<3).map { row in
      func entry(_ column: Int) -> Double { row == column ? 1 + draw(0.03) : draw(0.02) }
      return Vector3(entry(0), entry(1), entry(2))
    }
    headings = [Double](repeating: 0, count: Int(Self.cameraDelayS * 1000) + 1)
    self.random = random
    feel(rateRadS: .zero)
  }

  /// Puts the robot down on the side opposite to this axis of its body, and lets go.
  public func place(up axis: Vector3) {
    guard begins() else { return }
    var turn = Self.shortest(from: axis, to: Vector3(0, 0, 1))
    let crookedRad = flaw == .crooked && axis.x > 0.5 ? 12 * Double.pi / 180 : Self.placementRad
    let aside = Vector3(cos(timeS * 7), sin(timeS * 7), 0)
    turn = Quaternion(angleRad: crookedRad, axis: aside) * turn
    action = .placing(turn)
  }

  /// Turns the robot through all directions, until asked for something else.
  public func tumble() { if begins() { action = .tumbling } }

  /// Turns the robot left and right on its wheels, unevenly, until asked for something else.
  public func sway() { if begins() { action = .swaying } }

  /// Lets the robot stand as it is.
  public func rest() { action = .resting }

  private func begins() -> Bool {
    done += 1
    return flaw != .tired || done <= 3
  }

  /// Place m, m, and the heading that the camera's next picture shows, rad.
  public var truth: SIMD8<Double> {
    [place.x, place.y, headings[(newest + 1) % headings.count], 0, 0, 0, 0, 0]
  }

  public func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
    timeS += dtS
    var rate = rateRadS(dtS)
    if flaw == .shaking {
      rate += Self.tremorRadS * Vector3(random.normal(), random.normal(), random.normal())
    }
    let angle = rate.norm * dtS
    if angle > 0 {
      let step = Quaternion(angleRad: angle, axis: (1 / rate.norm) * rate)
      bodyToEarth = (bodyToEarth * step).normalized
    }
    headingRad += rate.z * dtS
    newest = (newest + 1) % headings.count
    headings[newest] = headingRad
    feel(rateRadS: rate)
  }

  public func render(
    _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
  ) {
    if flaw == .dark {
      for i in pixels.indices { pixels[i] = 8 }
      return
    }
    let camera = camera ?? RoomCamera(width: width, height: height)
    self.camera = camera
    camera.draw(
      room, x: moment[0], y: moment[1], headingRad: place.headingRad + moment[2], into: &pixels)
  }

  /// In the body frame.
  private func rateRadS(_ dtS: Double) -> Vector3 {
    switch action {
    case .resting: return .zero
    case .placing(let target):
      var left = bodyToEarth.conjugate * target
      if left.w < 0 { left = Quaternion(w: -left.w, x: -left.x, y: -left.y, z: -left.z) }
      let toGo = 2 * Vector3(left.x, left.y, left.z)
      // A millionth of a radian off, the table has it.
      if toGo.norm < 1e-6 { return .zero }
      let wanted = 4 * toGo
      return wanted.norm > Self.speedRadS ? (Self.speedRadS / wanted.norm) * wanted : wanted
    case .tumbling:
      let about = Vector3(
        1.3 * cos(0.31 * timeS), 1.2 * sin(0.43 * timeS + 0.5), 0.8 * sin(0.19 * timeS + 1))
      return flaw == .lazy ? bodyToEarth.conjugate.rotate(Vector3(0, 0, about.norm)) : about
    case .swaying:
      let sway =
        0.63 * cos(2.1 * timeS) + 0.555 * cos(3.7 * timeS + 1) + 0.305 * cos(6.1 * timeS + 2)
      return Vector3(0, 0, flaw == .lazy ? 0.01 * sway : sway)
    }
  }

  private func feel(rateRadS: Vector3) {
    let up = bodyToEarth.conjugate.rotate(Vector3(0, 0, 1))
    let force = standardGravityMS2 * up
    // East, north, up in Berlin, rounded. Source: IGRF-13, epoch 2020.
    let earth = bodyToEarth.conjugate.rotate(Vector3(1e-6, 19e-6, -46e-6))
    magneticT = earth + Self.hardIronT + 0.1 * Vector3(0, earth.x, 0)
    motion = Motion(
      angularRateRadS: rateRadS,
      specificForceMS2: Vector3(
        imuErrors[0].dot(force), imuErrors[1].dot(force), imuErrors[2].dot(force)),
      magneticT: magneticT)
  }

  /// A motor's magnet a hand's width from the chip. Units: T, body frame.
  public static let hardIronT = Vector3(21e-6, -34e-6, 13e-6)

  /// The least rotation that takes one unit vector to another.
  private static func shortest(from a: Vector3, to b: Vector3) -> Quaternion {
    let cosine = a.dot(b)
    if cosine < -0.999_999 { return Quaternion(angleRad: .pi, axis: Vector3(1, 0, 0)) }
    let axis = a.cross(b)
    return Quaternion(w: 1 + cosine, x: axis.x, y: axis.y, z: axis.z).normalized
  }
}
