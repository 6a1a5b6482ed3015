// SPDX-License-Identifier: Apache-2.0

/// Where a motor begins to move and which way, from its response to a slowly rising duty.
///
/// ```
///  response          /
///                   /   <- a line fitted to the moving part
///  noise  ~~~~~~~~~/     meets zero at the dead band
///         0 ------ d --------- duty
/// ```
/// The response is anything that goes with the wheel's speed: an encoder's rate, or the gyro's when
/// one wheel turns the robot. It lags behind a rising duty by the motor's time constant, which
/// moves the line by that time's rise of duty.
public struct MotorResponse: Hashable, Sendable {
  /// The duty below which nothing moves; positive, also when driven backward.
  public var deadBand: Double
  /// Response to one more of duty, the sign included.
  public var gain: Double
  /// How much of the response the line explains, 0 to 1.
  public var fit: Double

  public enum Limits {
    /// Source: three quarters of the response go with the power even over a rough floor.
    public static let fit = 0.75
    public static let samples = 20
    /// The moving part that the line needs, in duty.
    public static let movingDuty = 0.1
  }

  /// A sweep as it is recorded: duty 0 first, for the noise, then slowly away from 0.
  public struct Sweep: Sendable {
    private let noiseLimit: Double
    fileprivate let lagDuty: Double
    private var rest: [Double] = []
    private var points: [(duty: Double, response: Double)] = []
    private var movingFrom: Int?

    /// - Parameters:
    ///   - noiseLimit: a response that no standing robot shows.
    ///   - lagDuty: how much the duty rises in the motor's time constant.
    public init(noiseLimit: Double, lagDuty: Double) {
      (self.noiseLimit, self.lagDuty) = (noiseLimit, lagDuty)
    }

    public mutating func add(duty: Double, response: Double) {
      guard duty != 0 else {
        if points.isEmpty { rest.append(response) }
        return
      }
      points.append((abs(duty), response))
      // Three in a row: one may be a spike.
      let isMoving = points.suffix(3).count == 3 && points.suffix(3).allSatisfy(isAboveNoise)
      if !isMoving, !isAboveNoise(points[points.count - 1]) { movingFrom = nil }
      if isMoving, movingFrom == nil { movingFrom = points.count - 3 }
    }

    /// Enough of the moving part was seen: the motor may stop.
    public var isComplete: Bool {
      guard let movingFrom, let last = points.last else { return false }
      return last.duty - points[movingFrom].duty >= Limits.movingDuty
    }

    private var restMean: Double { rest.isEmpty ? 0 : rest.reduce(0, +) / Double(rest.count) }

    private func isAboveNoise(_ point: (duty: Double, response: Double)) -> Bool {
      abs(point.response - restMean) > noiseLimit
    }

    fileprivate var restSpread: Double { rest.map { abs($0 - restMean) }.max() ?? 0 }
    fileprivate var largestDuty: Double { points.last?.duty ?? 0 }
    fileprivate var noise: Double { noiseLimit }

    fileprivate var moving: [(duty: Double, response: Double)] {
      movingFrom.map { points[$0...].map { ($0.duty, $0.response - restMean) } } ?? []
    }
  }

  /// Throws: why the sweep does not tell.
  public init(_ sweep: Sweep) throws(CalibrationRefusal) {
    guard sweep.restSpread <= sweep.noise else {
      throw .movedAtRest(spreadRadS: sweep.restSpread, limitRadS: sweep.noise)
    }
    let moving = sweep.moving
    guard moving.count >= Limits.samples else { throw .noResponse(largestDuty: sweep.largestDuty) }
    var problem = LeastSquares(unknowns: 2)
    for point in moving { problem.add([1, point.duty], point.response) }
    guard let line = problem.solve(), line[1] != 0 else {
      throw .noResponse(largestDuty: sweep.largestDuty)
    }
    let mean = moving.reduce(0) { $0 + $1.response } / Double(moving.count)
    var (left, total) = (0.0, 0.0)
    for point in moving {
      let error = point.response - line[0] - line[1] * point.duty
      left += error * error
      total += (point.response - mean) * (point.response - mean)
    }
    (deadBand, gain) = (max(0, -line[0] / line[1] - sweep.lagDuty), line[1])
    fit = total > 0 ? max(0, 1 - left / total) : 0
    guard fit >= Limits.fit else { throw .responseErratic(fit: fit, needed: Limits.fit) }
  }
}
