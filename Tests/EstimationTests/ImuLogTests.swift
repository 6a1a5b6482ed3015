// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

struct ImuLogTests {
  static let header =
    "t_s,gx_rad_s,gy_rad_s,gz_rad_s,ax_m_s2,ay_m_s2,az_m_s2,mx_uT,my_uT,mz_uT,"
    + "ref_w,ref_x,ref_y,ref_z,movement\n"

  private func failure(_ text: String) -> ImuLogError? {
    do {
      _ = try ImuLog(csv: Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("A row becomes a sample; nan in magnetometer or reference means there is none")
  func rows() throws {
    let text =
      Self.header + "0.0,0.1,-0.2,3e-1,1,2,9.5,10,20,-30,nan,nan,nan,nan,0\r\n"
      + "0.5,0,0,0,0,0,9.81,nan,nan,nan,2,0,0,0,1\n\n"
    let log = try ImuLog(csv: Array(text.utf8))
    #expect(log.samples.count == 2)
    #expect(log.samples[0].gyroRadS == Vector3(0.1, -0.2, 0.3))
    #expect(log.samples[0].accelMS2 == Vector3(1, 2, 9.5))
    #expect(log.samples[0].magnetometerUT == Vector3(10, 20, -30))
    #expect(log.samples[0].referenceBodyToEarth == nil)
    #expect(!log.samples[0].isMoving)
    #expect(log.samples[1].magnetometerUT == nil)
    #expect(log.samples[1].referenceBodyToEarth == .identity)
    #expect(log.samples[1].isMoving)
    #expect(try #require(log.timeline()).rateHz == 2)
    #expect(log.hasReference)
    #expect(log.rowsPerField() == 1)
  }

  @Test("An empty cell is no magnetometer's sample and no reference, but needed ones must be there")
  func emptyCells() throws {
    let text = Self.header + "0,0,0,0,0,0,9.81,,,,,,,,1\n1,0,0,0,0,0,9.81,1,,3,1,0,0,0,1\n"
    let log = try ImuLog(csv: Array(text.utf8))
    #expect(log.samples.allSatisfy { $0.magnetometerUT == nil })
    #expect(log.samples.map { $0.referenceBodyToEarth } == [nil, .identity])
    #expect(log.rowsPerField() == nil)
    #expect(
      failure(Self.header + "0,0,0,0,0,,9.81,,,,,,,,1\n")
        == .badNumber(line: 2, column: "ay_m_s2", text: ""))
  }

  @Test("A magnetometer that repeats itself or leaves rows empty has a new field now and then")
  func slowField() throws {
    let fields = [1, 1, 1, 2, 2, 2, 3, 3, 4] + [Int](repeating: 4, count: 31) + [5, 0]
    let text = fields.enumerated().map { row, field in
      "\(row),0,0,0,0,0,9.81," + (field == 2 ? ",," : "\(field),0,0") + ",1,0,0,0,1\n"
    }
    // Rows 3, 4 and 5 are empty; in rows 9 to 39 the body rests; 0 0 0 is no field.
    let log = try ImuLog(csv: Array((Self.header + text.joined()).utf8))
    let new = log.samples.indices.filter { log.newFieldUT(row: $0) != nil }
    #expect(new == [0, 6, 8, 40])
    // The median of 6, 2 and 32 is 6; 32 is a rest.
    #expect(log.rowsPerField() == 4)
  }

  @Test("Columns are found by name in any order; unknown ones and optional groups may differ")
  func columnOrder() throws {
    let text =
      "az_m_s2,temp,t_s,gx_rad_s,gy_rad_s,gz_rad_s,ax_m_s2,ay_m_s2\n9.8,hot,1,2,3,4,5,6"
    let log = try ImuLog(csv: Array(text.utf8))
    #expect(log.samples[0].accelMS2 == Vector3(5, 6, 9.8))
    #expect(log.samples[0].timeS == 1)
    #expect(log.samples[0].isMoving)
    #expect(!log.hasReference)
  }

  @Test("An empty file, and a header alone, are refused", arguments: ["", header])
  func empty(text: String) { #expect(failure(text) == .empty) }

  @Test("A missing column is named, also when only part of an optional group is there")
  func missingColumn() {
    let gone = Self.header.replacing("gz_rad_s", with: "gz_deg_s")
    #expect(failure(gone + "0\n") == .missingColumn(name: "gz_rad_s"))
    let half = Self.header.replacing("ref_y,", with: "")
    #expect(failure(half + "0\n") == .missingColumn(name: "ref_y"))
  }

  @Test("A column that stands there twice is named")
  func repeatedColumn() {
    let twice = Self.header.replacing("movement", with: "t_s")
    #expect(failure(twice + "0\n") == .repeatedColumn(name: "t_s"))
  }

  @Test("Too few and too many fields are told with the line")
  func fieldCount() {
    let good = "0,0,0,0,0,0,9.8,1,1,1,1,0,0,0,1\n"
    #expect(
      failure(Self.header + good + "1,0,0\n") == .fieldCount(line: 3, expected: 15, found: 3))
    #expect(
      failure(Self.header + good.dropLast() + ",7\n")
        == .fieldCount(line: 2, expected: 15, found: 16))
  }

  @Test(
    "Text that is no number is shown with its line and column",
    arguments: [
      "", "x", "1.2.3", "0x10", "1e", "--1", "5!", "nan",
      "inf", "1e999", ".", "+"
    ] as [String])
  func badNumber(text: String) {
    let row = "0,0,\(text),0,0,0,9.8,1,1,1,1,0,0,0,1\n"
    #expect(
      failure(Self.header + row) == .badNumber(line: 2, column: "gy_rad_s", text: text))
  }

  @Test("Time that goes backwards is told with the line and both times")
  func timeBackwards() {
    let rest = ",0,0,0,0,0,9.8,1,1,1,1,0,0,0,1\n"
    #expect(
      failure(Self.header + "0.2" + rest + "0.2" + rest + "0.1" + rest)
        == .timeBackwards(line: 4, previousS: 0.2, timeS: 0.1))
  }

  @Test("Every error says what to do in a sentence of its own")
  func descriptions() {
    let errors: [ImuLogError] = [
      .empty, .missingColumn(name: "t_s"), .repeatedColumn(name: "t_s"),
      .fieldCount(line: 7, expected: 15, found: 3),
      .badNumber(line: 7, column: "t_s", text: "x"),
      .timeBackwards(line: 7, previousS: 2, timeS: 1)
    ]
    for error in errors { #expect(error.description.contains(". ")) }
    #expect(errors[4].description.hasPrefix("line 7, column t_s"))
  }

  @Test("Numbers are rounded exactly as the standard library rounds them")
  func numbers() throws {
    var random = SeededGenerator(seed: 7)
    var texts = [
      "0", "-0", "1e22", "123456789012345678901234567890", "4.9e-324", "1e-30", "+2.5E+1"
    ]
    for _ in 0..<2000 {
      let scale = Int(random.uniform(-12...12))
      texts.append("\(random.uniform(-1...1))e\(scale)")
      texts.append("\((random.uniform(-1e6...1e6)).rounded() / 1e4)")
    }
    for text in texts {
      let csv = Self.header + "\(text),0,0,0,0,0,9.8,1,1,1,1,0,0,0,1"
      let log = try ImuLog(csv: Array(csv.utf8))
      #expect(log.samples[0].timeS == Double(text), "\(text), seed 7")
    }
  }
}

struct AttitudeScoreTests {
  @Test("An error about the vertical counts in total only; about east in both")
  func axes() throws {
    let tenth = radians(degrees: 10)
    let reference = Quaternion(angleRad: 1.1, axis: Vector3(0.6, 0, 0.8))
    var heading = AttitudeScore()
    heading.add(
      estimate: Quaternion(angleRad: tenth, axis: Vector3(0, 0, 1)) * reference,
      reference: reference)
    #expect(abs(try #require(heading.totalRmseDeg) - 10) < 1e-9)
    #expect(abs(try #require(heading.inclinationRmseDeg)) < 1e-9)
    var tilt = AttitudeScore()
    tilt.add(
      estimate: Quaternion(angleRad: tenth, axis: Vector3(1, 0, 0)) * reference,
      reference: reference)
    #expect(abs(try #require(tilt.totalRmseDeg) - 10) < 1e-9)
    #expect(abs(try #require(tilt.inclinationRmseDeg) - 10) < 1e-9)
  }

  @Test("The mean is of squares, and a quaternion's sign does not matter")
  func rootMeanSquare() throws {
    var score = AttitudeScore()
    #expect(score.totalRmseDeg == nil)
    score.add(estimate: .identity, reference: Quaternion(w: -1, x: 0, y: 0, z: 0))
    score.add(
      estimate: Quaternion(angleRad: radians(degrees: 20), axis: Vector3(0, 1, 0)),
      reference: .identity)
    #expect(score.rows == 2)
    #expect(abs(try #require(score.totalRmseDeg) - 200.0.squareRoot()) < 1e-9)
  }

  @Test("Rows without a reference or without movement do not count")
  func rowsThatCount() throws {
    let text =
      ImuLogTests.header + "0,0,0,0,0,0,9.8,1,1,1,nan,nan,nan,nan,1\n"
      + "1,0,0,0,0,0,9.8,1,1,1,1,0,0,0,0\n2,0,0,0,0,0,9.8,1,1,1,1,0,0,0,1\n"
    var score = AttitudeScore()
    for sample in try ImuLog(csv: Array(text.utf8)).samples {
      score.add(estimate: .identity, sample: sample)
    }
    #expect(score.rows == 1)
  }
}
