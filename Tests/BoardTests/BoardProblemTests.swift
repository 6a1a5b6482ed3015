// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// Every mistake in one section is found, placed and explained.
@Suite struct BoardProblemTests {
  @Test func theFixtureIsRight() {
    #expect(problems(Fixture.text).isEmpty)
  }

  @Test func anUnknownKeyNamesTheNearestAndTheAllowedOnes() {
    expectProblem(
      .unknownKey,
      "board.yaml:16:42: camera has no key 'hieght'. Did you mean 'height'? "
        + "Keys allowed here: name, width, height, rate, device, format, trigger, strobe, mount.",
      in: Fixture.with("64 px, height: 64 px", "64 px,      hieght: 64 px"))
  }

  @Test func aMisspelledOptionalKeyIsNotSilentlyIgnored() {
    let text = Fixture.text + "planer: {horizon: 9}\n"
    let found = problems(text)
    #expect(found.map(\.kind) == [.unknownKey])
    #expect(
      found[0].description.hasPrefix("board.yaml:30:1: the file has no key 'planer'. Did you"))
  }

  @Test func anUnknownKeyThatIsNearNothingGetsNoGuess() {
    expectProblem(
      .unknownKey,
      "board.yaml:6:40: rates has no key 'zebra'. Keys allowed here: gate, decision.",
      in: Fixture.with("decision: 0.3 s", "decision: 0.3 s, zebra: 1"))
  }

  @Test func aDuplicateKeySaysWhereBothStand() {
    expectProblem(
      .duplicateKey,
      "board.yaml:13:3: 'rate' is given twice, first on line 12. Keep one of the two.",
      in: Fixture.with("  rate: 100 Hz\n", "  rate: 100 Hz\n  rate: 200 Hz\n"))
  }

  @Test func duplicateKeysDoNotHideEachOtherNorOtherMistakes() {
    let text =
      Fixture.with("title: For tests", "title: For tests\ntitle: Again\ntitle: And again")
      + "goal: level\nsafety: {tilt: 4 deg}\n"
    #expect(
      problems(text).map(\.kind) == [.duplicateKey, .duplicateKey, .duplicateKey, .outOfRange])
    #expect(problems(text).map { $0.place?.line } == [3, 4, 32, 33])
  }

  @Test func aDuplicateKeyInQuotesIsFoundToo() {
    let found = problems(Fixture.with("title: For tests", "\"title\": a\n\"title\": b"))
    #expect(
      found.map(\.description) == [
        "board.yaml:2:1: the key 'title' is given twice. Keep one of the two."
      ])
  }

  @Test func aMissingKeyComesWithItsMeaningAndAnExample() {
    expectProblem(
      .missingKey,
      "board.yaml:8:3: imu has no 'filter'. The bandwidth of its low-pass filter: lower is "
        + "smoother and later. Add it, for example 'filter: 44 Hz'.",
      in: Fixture.with("  filter: 44 Hz\n", ""))
  }

  @Test func aMissingSectionComesWithAWholeExample() {
    let text = Fixture.with("rates: {gate: 100 Hz, decision: 0.3 s}\n", "")
    expectProblem(
      .missingKey,
      "board.yaml:1:1: the file has no 'rates'. How often the robot acts and decides. "
        + "Add it, for example 'rates: {gate: 100 Hz, decision: 0.3 s}'.", in: text)
  }

  @Test(arguments: [
    (
      "rates: {gate: 100 Hz, decision: 0.3 s}", "rates: fast",
      "6:8: rates: found 'fast'. A group of keys (gate, decision) is needed, for example "
        + "'{gate: 100 Hz, decision: 0.3 s}'."
    ),
    (
      "goal: picture", "goal: [picture]",
      "29:7: goal: found a list. A goal (picture or level) is needed, for example 'picture'."
    ),
    (
      "title: For tests", "title:",
      "2:7: title: found nothing. Text is needed, for example 'Two-wheeled rover with a camera'."
    ),
    (
      "gate: 100 Hz", "gate: fast",
      "6:15: rates.gate: 'fast' is not a frequency. Write a frequency like '100 Hz', in Hz, kHz, MHz or GHz."
    ),
    (
      "pwm: 0,", "pwm: z ro,",
      "24:23: motors[0].pwm: found 'z ro'. A channel of the PWM chip (0 to 15) or the name of one of "
        + "the computer's outputs is needed, for example '0'."
    ),
    (
      "in2: 5,", "in2: 5, inverted: yes,",
      "25:53: motors[1].inverted: found 'yes'. True or false is needed, for example 'false'."
    ),
    (
      "motors: [left]", "motors: left",
      "27:26: actions[0].motors: found 'left'. A list, each entry a name (letters, digits, - "
        + "and _, a letter first) is needed, for example '[left]'."
    ),
    (
      "name: front", "name: front camera",
      "16:16: camera.name: found 'front camera'. A name (letters, digits, - and _, a letter first) "
        + "is needed, for example 'front'."
    )
  ])
  func aWrongTypeSaysWhatIsNeeded(_ old: String, _ new: String, _ message: String) {
    expectProblem(.wrongType, "board.yaml:" + message, in: Fixture.with(old, new))
  }

  @Test(arguments: [
    (
      "gate: 100 Hz", "gate: 100",
      "6:15: rates.gate: '100' has no unit. Write a frequency like '100 Hz', in Hz, kHz, MHz or GHz."
    ),
    (
      "decision: 0.3 s", "decision: 0.3 Hz",
      "6:33: rates.decision: '0.3 Hz' is a frequency, not a time. "
        + "Write a time like '0.3 s', in s, ms or us."
    ),
    (
      "gate: 100 Hz", "gate: 100 hz",
      "6:15: rates.gate: '100 hz' has the unknown unit 'hz'. Did you mean 'Hz'? "
        + "Write a frequency like '100 Hz', in Hz, kHz, MHz or GHz."
    ),
    (
      "accel_range: 4 g", "accel_range: 4 furlongs",
      "14:16: imu.accel_range: '4 furlongs' has the unknown unit 'furlongs'. "
        + "Write an acceleration like '4 g', in g or m/s2."
    ),
    (
      "goal: picture", "goal: picture\nplanner: {noise: 0.7 s}",
      "30:18: planner.noise: '0.7 s' has a unit, 's'. This is a plain number: remove it."
    )
  ])
  func aWrongUnitSaysWhichAreRight(_ old: String, _ new: String, _ message: String) {
    expectProblem(.unit, "board.yaml:" + message, in: Fixture.with(old, new))
  }

  @Test(arguments: [
    (
      "decision: 0.3 s", "decision: 30 s",
      "6:33: rates.decision: 30 s is out of range. A time from 0.005 s to 10 s is needed."
    ),
    (
      "gyro_range: 500 deg/s", "gyro_range: 600 deg/s",
      "13:15: imu.gyro_range: the MPU-6050 has no 600 deg/s. "
        + "It offers 250, 500, 1000 or 2000 deg/s."
    ),
    (
      "width: 64 px", "width: 64.5 px",
      "16:30: camera.width: 64.5 px is out of range. "
        + "A whole number of pixels from 8 px to 4096 px is needed."
    ),
    (
      "address: 0x68", "address: 0x78",
      "10:12: imu.address: 0x78 is out of range. A whole number from 0x08 to 0x77 is needed."
    ),
    (
      "address: 0x40", "address: 7",
      "20:12: pwm.address: 7 is out of range. A whole number from 0x08 to 0x77 is needed."
    ),
    (
      "in2: 5", "in2: 16",
      "25:40: motors[1].in2: 16 is out of range. A channel of the PWM chip (0 to 15) or the name of "
        + "one of the computer's outputs is needed."
    ),
    (
      "goal: picture", "goal: picture\nplanner: {keep_elites: 1.5}",
      "30:24: planner.keep_elites: 1.5 is out of range. A number from 0 to 1 is needed."
    ),
    (
      "world: rover", "world: rovr",
      "4:8: world: 'rovr' is not a world known here. Did you mean 'rover'? Choose rover or balance."
    )
  ])
  func aValueOutOfRangeSaysTheRange(_ old: String, _ new: String, _ message: String) {
    expectProblem(.outOfRange, "board.yaml:" + message, in: Fixture.with(old, new))
  }

  @Test(arguments: ["[1, -1]", "[-2, 1]", "[-1]", "[-1, nan]", "[-1 s, 1 s]", "[]"])
  func aBadPairOfLimitsIsRefused(_ pair: String) {
    let found = problems(Fixture.with("position: [-1, 1]", "position: \(pair)"))
    #expect(found.map { $0.place?.description } == ["24:61", "25:62"])
    #expect(found.allSatisfy { $0.remedy.contains("within -1 to 1 is needed") })
  }

  @Test(arguments: ["nan Hz", "inf Hz", "0x10 Hz", "1_00 Hz", "--5 Hz", "Hz", "-100 Hz"])
  func strangeNumbersAreRefused(_ rate: String) {
    #expect(problems(Fixture.with("gate: 100 Hz", "gate: \(rate)")).count == 1)
  }

  @Test func allMistakesOfAFileAreListedInItsOrder() throws {
    var text = Fixture.with("gate: 100 Hz", "gate: 100")
    text = text.replacing("address: 0x68", with: "address: 0x99")
    text = text.replacing("standby", with: "stanby")
    text = text.replacing("goal: picture", with: "")
    let found = problems(text)
    #expect(found.map(\.kind) == [.missingKey, .unit, .outOfRange, .unknownKey])
    let error = BoardError(found)
    let lines = error.description.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { $0.hasPrefix("board.yaml:") })
  }
}
