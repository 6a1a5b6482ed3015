// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// A right board file, one section a line, to be spoilt by each test.
enum Fixture {
  static let text = """
    board: testbed
    title: For tests
    machine: simulated
    world: rover
    model: model.safetensors
    rates: {gate: 100 Hz, decision: 0.3 s}
    imu:
      chip: mpu6050
      bus: i2c-1
      address: 0x68
      interrupt: IMU_INT
      rate: 100 Hz
      gyro_range: 500 deg/s
      accel_range: 4 g
      filter: 44 Hz
    camera: {name: front, width: 64 px, height: 64 px, rate: 10 Hz}
    pwm:
      chip: pca9685
      bus: i2c-1
      address: 0x40
      frequency: 1000 Hz
    motor_driver: {chip: tb6612, standby: MOTOR_STBY}
    motors:
      - {name: left, pwm: 0, in1: 1, in2: 2, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
      - {name: right, pwm: 3, in1: 4, in2: 5, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
    actions:
      - {name: left, motors: [left]}
      - {name: right, motors: [right]}
    goal: picture

    """

  /// A computer for the fixture, in one line.
  static let computer =
    "computer: {name: little, title: A little computer, "
    + "buses: {i2c-1: {adapter: one.i2c, sda: P3, scl: P5}}, "
    + "lines: {IMU_INT: {chip: gpio0, line: 4}, MOTOR_STBY: {chip: gpio0, line: 5}}}\n"

  /// The fixture with every occurrence of some text replaced, which must occur.
  static func with(_ old: String, _ new: String) -> String {
    let parts = pieces(of: text, between: old)
    precondition(parts.count > 1, "the fixture has no '\(old)'")
    return parts.joined(separator: new)
  }

  private static func pieces(of text: String, between separator: String) -> [String] {
    var (parts, rest) = ([String](), text[...])
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}

/// What is wrong with a board text; empty when it is right.
func problems(_ text: String, folderName: String? = "testbed") -> [BoardProblem] {
  do {
    _ = try BoardDescription.parse(text, path: "board.yaml", folderName: folderName)
    return []
  } catch {
    return error.problems
  }
}

/// Expects exactly one problem, word for word.
func expectProblem(
  _ kind: BoardProblem.Kind, _ message: String, in text: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = problems(text)
  #expect(found.map(\.description) == [message], sourceLocation: sourceLocation)
  #expect(found.map(\.kind) == [kind], sourceLocation: sourceLocation)
}
