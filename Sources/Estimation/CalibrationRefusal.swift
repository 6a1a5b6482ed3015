// SPDX-License-Identifier: Apache-2.0

/// Why a calibration is not to be used: the data are poor, and this is what to do about it.
public enum CalibrationRefusal: Error, Equatable, CustomStringConvertible {
  /// A sensor delivered values that are no numbers.
  case notFinite
  case tooFewSamples(found: Int, needed: Int)
  case facesMissing([Face])
  /// The reading belongs to another face.
  case notOnFace(Face, offDeg: Double)
  /// The readings do not span space.
  case facesAlike
  case facesDisagree(residualMS2: Double, limitMS2: Double)
  case accelImplausible(String)
  case gyroWandered(spreadRadS: Double, limitRadS: Double)
  case directionsMissing(seen: Int, of: Int, needed: Int)
  case fieldDisturbed(residual: Double, limit: Double)
  case fieldImplausible(foundT: Double, limitsT: ClosedRange<Double>)
  /// The readings lie on something that has no inside.
  case notEllipsoid
  case tooLittleMotion(foundRad: Double, neededRad: Double)
  case noCorrelation(best: Double, needed: Double)
  /// Another delay explains the pictures as well.
  case ambiguousDelay(firstS: Double, secondS: Double)
  case delayTooLong(limitS: Double)
  case noResponse(largestDuty: Double)
  case responseErratic(fit: Double, needed: Double)
  /// The wheel seemed to move before it was told to.
  case movedAtRest(spreadRadS: Double, limitRadS: Double)
  case noTravel(foundMS: Double, neededMS: Double)
  /// The current never rose.
  case noEnd(reached: Double)
  /// The servo can hardly leave 0, or 0 is beyond one of its stops.
  case noRoom(lower: Double, upper: Double)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .notFinite: "the sensor gave values that are not numbers. Check its driver and wiring."
    case .tooFewSamples(let found, let needed):
      "only \(found) of \(needed) readings came. Go on longer; if none come, check the sensor."
    case .facesMissing(let faces):
      "not measured yet: \(faces.map(\.words).joined(separator: "; ")). Put the robot down so,"
        + " and hold it still."
    case .notOnFace(let face, let offDeg):
      "the robot does not lie \(face.words): it is \(rounded(offDeg)) deg off. Put it down on a"
        + " flat side, square to the table."
    case .facesAlike:
      "the faces are too alike to tell the axes apart. Put the robot on six different sides."
    case .facesDisagree(let residual, let limit):
      "the faces contradict each other by \(rounded(residual)) m/s2 (limit \(limit)). Put the"
        + " robot against something square, on a level table, and measure all faces again."
    case .accelImplausible(let what):
      "no accelerometer is that wrong: \(what). Check accel_range and the IMU's axes in board.yaml."
    case .gyroWandered(let spread, let limit):
      "the gyro's bias changed by \(rounded(spread)) rad/s between the faces (limit"
        + " \(rounded(limit))). Let the robot warm up for five minutes, then measure again."
    case .directionsMissing(let seen, let of, let needed):
      "the robot was shown only \(seen) of \(of) directions (\(needed) are needed). Turn it slowly"
        + " through all of them, upside down too."
    case .fieldDisturbed(let residual, let limit):
      "the field is disturbed: readings are \(percent(residual)) off the fit (limit"
        + " \(percent(limit))). Go away from iron, motors and speakers, outdoors if you can."
    case .fieldImplausible(let found, let limits):
      "a field of \(microtesla(found)) is not the Earth's (\(microtesla(limits.lowerBound)) to"
        + " \(microtesla(limits.upperBound))). Go away from magnets; check the sensor's scale."
    case .notEllipsoid:
      "the readings do not lie around one centre. Turn the robot about all three axes, away from"
        + " iron."
    case .tooLittleMotion(let found, let needed):
      "the robot turned too little (\(rounded(found)) rad between pictures, \(rounded(needed))"
        + " needed). Turn it left and right faster."
    case .noCorrelation(let best, let needed):
      "what the camera sees does not follow the gyro (correlation \(rounded(best)), needed"
        + " \(needed)). Give it light and something with edges to look at; check that the camera"
        + " is upright."
    case .ambiguousDelay(let first, let second):
      "delays of \(rounded(first)) s and \(rounded(second)) s fit alike: the turning was too"
        + " regular. Turn the robot unevenly, now fast, now slow."
    case .delayTooLong(let limit):
      "the camera is more than \(limit) s late, or its clock is another one. Check its driver's"
        + " time stamps."
    case .noResponse(let duty):
      "nothing moved up to \(percent(duty)) of power. Check the motor's supply and its wires."
    case .responseErratic(let fit, let needed):
      "the response does not follow the power (fit \(rounded(fit)), needed \(needed)). Put the"
        + " robot on a smooth floor with room around it."
    case .movedAtRest(let spread, let limit):
      "the robot moved before its motor did (\(rounded(spread)) rad/s, limit \(rounded(limit)))."
        + " Leave it alone until it is done."
    case .noTravel(let found, let needed):
      "with both wheels driving it went nowhere (\(rounded(found)) m/s, needed \(rounded(needed)))."
        + " Make room in front of it and behind it."
    case .noEnd(let reached):
      "no end was felt up to \(rounded(reached)). The servo may turn further than its set points:"
        + " then leave it out (--only the others). Or its supply is not the one that is measured."
    case .noRoom(let lower, let upper):
      "set points \(rounded(lower)) to \(rounded(upper)) are all that is free, or 0 is beyond a"
        + " stop. 0 is where it is armed: turn its horn by some teeth, so that 0 is in the middle."
    }
  }
}

/// Three digits after the point, which is more than people read.
private func rounded(_ value: Double) -> String {
  guard abs(value) < 1e6 else { return "\(value)" }
  return "\((value * 1000).rounded() / 1000)"
}

private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

private func microtesla(_ field: Double) -> String { "\((field * 1e7).rounded() / 10) µT" }
