// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

struct EllipsoidFitTests {
  static let fieldT = 49e-6
  /// A strong magnet on board and steel around the chip.
  static let hardIronT = Vector3(30e-6, -55e-6, 12e-6)
  static let softIron = Matrix3(
    rows: (Vector3(1.1, 0.05, -0.02), Vector3(0.05, 0.93, 0.04), Vector3(-0.02, 0.04, 1.0)))

  /// Directions drawn uniformly over the sphere, those that `keep` keeps.
  static func samples(
    _ count: Int = 400, seed: UInt64 = 5, noiseT: Double = 0.4e-6, fieldT: Double = fieldT,
    keep: (Vector3) -> Bool = { _ in true }
  ) -> [Vector3] {
    var random = SeededGenerator(seed: seed, stream: "ellipsoid")
    func normal() -> Vector3 { Vector3(random.normal(), random.normal(), random.normal()) }
    var samples: [Vector3] = []
    while samples.count < count {
      let v = normal()
      let direction = (1 / v.norm) * v
      guard keep(direction) else { continue }
      samples.append(softIron * (fieldT * direction) + hardIronT + noiseT * normal())
    }
    return samples
  }

  private func refusal(_ samples: [Vector3]) -> CalibrationRefusal? {
    do throws(CalibrationRefusal) {
      _ = try EllipsoidFit(samples)
      return nil
    } catch {
      #expect(error.description.contains(". "), "says what to do: \(error)")
      return error
    }
  }

  @Test("Without noise hard and soft iron come out exactly")
  func exact() throws {
    let fit = try EllipsoidFit(Self.samples(noiseT: 0))
    #expect((fit.offsetT - Self.hardIronT).norm < 1e-12)
    // A symmetric matrix of determinant 1 times the soft iron is a multiple of the identity.
    let scale = (fit.matrix * (Self.softIron * Vector3(1, 0, 0))).x
    for axis in [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)] {
      #expect((fit.matrix * (Self.softIron * axis) - scale * axis).norm < 1e-6)
    }
    #expect(abs(fit.fieldT / (Self.fieldT * scale) - 1) < 1e-6)
    #expect(fit.coverage == 1 && fit.residual < 1e-6)
  }

  @Test("With a chip's noise the heading of any direction is right within a degree")
  func noisy() throws {
    let fit = try EllipsoidFit(Self.samples())
    var calibration = ImuCalibration()
    (calibration.magneticMatrix, calibration.magneticOffsetT) = (fit.matrix, fit.offsetT)
    for truth in Self.samples(50, seed: 6, noiseT: 0).map({ $0 - Self.hardIronT }) {
      guard let inverse = Self.softIron.inverse else { return #expect(Bool(false)) }
      let direction = inverse * truth
      let corrected = calibration.magneticT(truth + Self.hardIronT)
      let cosine = corrected.dot(direction) / corrected.norm / direction.norm
      #expect(cosine > 0.99985)
    }
    #expect(fit.residual < 0.015)
  }

  @Test("Turning about the vertical only is refused, with how much was seen")
  func flat() {
    switch refusal(Self.samples { abs($0.z) < 0.3 }) {
    case .directionsMissing(let seen, of: 24, needed: 20)?: #expect(seen < 20)
    case let other: Issue.record("not refused for coverage: \(String(describing: other))")
    }
  }

  @Test("Half the sphere is refused")
  func half() {
    guard case .directionsMissing? = refusal(Self.samples { $0.z > 0 }) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A field that changes half way is refused as disturbed")
  func disturbed() {
    let moved = Self.samples(200) + Self.samples(200, seed: 8).map { $0 + Vector3(2e-5, 0, 0) }
    guard case .fieldDisturbed? = refusal(moved) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A fridge magnet's field is refused as not the Earth's")
  func implausible() {
    guard case .fieldImplausible(let found, _)? = refusal(Self.samples(fieldT: 300e-6)) else {
      Issue.record("taken")
      return
    }
    #expect(abs(found - 300e-6) < 5e-6)
  }

  @Test("Too few readings are refused with both numbers")
  func few() {
    #expect(refusal(Self.samples(59)) == .tooFewSamples(found: 59, needed: 60))
  }

  @Test("A sensor that always says the same is refused")
  func constant() {
    let same = [Vector3](repeating: Vector3(1e-5, 2e-5, 3e-5), count: 100)
    guard case .fieldImplausible? = refusal(same) else {
      Issue.record("taken: \(String(describing: refusal(same)))")
      return
    }
  }

  @Test("A reading that is no number is refused")
  func notFinite() {
    #expect(refusal(Self.samples() + [Vector3(.nan, 0, 0)]) == .notFinite)
  }

  @Test("Readings on a saddle have no centre and are refused")
  func saddle() {
    var random = SeededGenerator(seed: 3, stream: "saddle")
    let samples = (0..<300).map { _ -> Vector3 in
      let (x, y) = (random.uniform(-1...1), random.uniform(-1...1))
      let z = (0.3 + x * x + y * y).squareRoot() * (random.uniform() < 0.5 ? -1 : 1)
      return 5e-5 * Vector3(x, y, z)
    }
    #expect(refusal(samples) == .notEllipsoid)
  }

  @Test("Coverage of a collection grows with it")
  func coverage() {
    let all = Self.samples(300)
    #expect(EllipsoidFit.coverage(of: Array(all.prefix(20))) == 0)
    #expect(EllipsoidFit.coverage(of: all) == 1)
  }
}
