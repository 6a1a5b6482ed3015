// SPDX-License-Identifier: Apache-2.0
import Testing

/// `umwelt attitude` and its bench on small logs: what is told, and what is refused.
@Suite struct AttitudeCommandTests {
  private static let header =
    "t_s,gx_rad_s,gy_rad_s,gz_rad_s,ax_m_s2,ay_m_s2,az_m_s2,mx_uT,my_uT,mz_uT,"
    + "ref_w,ref_x,ref_y,ref_z,movement\n"
  private let folder = TemporaryFolder()

  private func row(_ timeS: Double, _ field: String = "0,24,-41.6") -> String {
    "\(timeS),0,0,0,0,0,9.81,\(field),1,0,0,0,1\n"
  }

  private func attitude(_ rows: [String], _ more: String...) throws -> Command.Result {
    let log = folder.write((Self.header + rows.joined()).utf8, "log.csv")
    return try Command.run(["attitude", log, "--json"] + more)
  }

  @Test("A level body that faces east is found so, with one orientation for each row")
  func level() throws {
    let out = "\(folder.path)/q.csv"
    let result = try attitude((0..<200).map { row(Double($0) / 100) }, "--out", out)
    #expect(result.code == 0, "\(result.errors)")
    for member in [
      #""rows": 200, "rate_hz": 100.000"#, #""filter": "nine-axis""#, #""delay_ms": 2.500"#,
      #""gaps": 0"#, #""scored_rows": 200, "inclination_rmse_deg": 0.0000"#,
      #""total_rmse_deg": 0.0000"#
    ] {
      #expect(result.output.contains(member), "\(member) in \(result.output)")
    }
    let lines = String(decoding: TemporaryFolder.read(out), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 201 && lines[0] == "t_s,qw,qx,qy,qz")
    #expect(lines[200] == "1.990000,1.000000000,0.000000000,0.000000000,0.000000000")
  }

  @Test("Gaps and a slow magnetometer are told; the rate is that of the rows between the gaps")
  func gapsAndSlowField() throws {
    let rows = (0..<400).map { index in
      let field = index % 4 == 0 ? "0,24,-41.\(index % 8)" : ",,"
      return row(Double(index) / 100 + (index < 200 ? 0 : 9), field)
    }
    let result = try attitude(rows)
    #expect(result.code == 0, "\(result.errors)")
    for member in [
      #""rate_hz": 100.000"#, #""magnetometer_rate_hz": 25.000"#, #""gaps": 1"#
    ] {
      #expect(result.output.contains(member), "\(member) in \(result.output)")
    }
  }

  @Test(
    "Where the magnetometer reads zero, or not at all, heading is not called north",
    arguments: ["0,0,0", "nan,nan,nan", ",,"])
  func noField(field: String) throws {
    let result = try attitude((0..<200).map { row(Double($0) / 100, field) })
    #expect(result.code == 0, "\(result.errors)")
    for member in [
      #""filter": "six-axis", "heading": "relative to the first row""#,
      #""magnetometer_rate_hz": 0.000"#, #""total_rmse_deg": null"#
    ] {
      #expect(result.output.contains(member), "\(member) in \(result.output)")
    }
  }

  @Test("A gyro that is nan is refused with its line and column")
  func nan() throws {
    let result = try attitude([row(0), row(0.01).replacing(",0,0,0,0,0,", with: ",0,nan,0,0,0,")])
    #expect(result.code == 2)
    #expect(result.errors.contains(#"line 3, column gy_rad_s: "nan" is not a number there"#))
  }

  @Test("Times in milliseconds, and rows of one time, are refused with what to check")
  func badTimes() throws {
    let slow = try attitude((0..<10).map { row(Double($0) * 10) })
    #expect(slow.code == 2)
    #expect(slow.errors.contains("0.100 rows a second; the filter needs 5 to 100000. Check"))
    let fast = try attitude((0..<10).map { row(Double($0) * 1e-9) })
    #expect(fast.code == 2)
    #expect(fast.errors.contains("1000000000.000 rows a second"))
    let endless = try attitude((0..<10).map { row(Double($0) * .leastNonzeroMagnitude) })
    #expect(endless.code == 2)
    #expect(endless.errors.contains("no two rows with time between them"))
    let standing = try attitude((0..<10).map { _ in row(1) })
    #expect(standing.code == 2)
    #expect(standing.errors.contains("no two rows with time between them"))
  }

  @Test("A delay that is none is refused", arguments: ["-1", "101", "nan"])
  func badDelay(delay: String) throws {
    let result = try attitude([row(0), row(0.01)], "--delay-ms=\(delay)")
    #expect(result.code == 2)
    #expect(result.errors.contains("but must be in 0...100"))
  }

  @Test("bench attitude times the filter with and without a magnetometer, and refuses no rounds")
  func bench() throws {
    let result = try Command.run(
      "bench", "attitude", "--samples", "2000", "--rounds", "3", "--json")
    #expect(result.code == 0, "\(result.errors)")
    for member in [
      #""samples": 2000, "rounds": 3"#, "six_axis_us_per_sample", "nine_axis_us_per_sample"
    ] {
      #expect(result.output.contains(member), "\(member) in \(result.output)")
    }
    #expect(try Command.run("bench", "attitude", "--rounds", "0").code == 2)
  }
}
