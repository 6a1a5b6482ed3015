// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

@Suite("A magnetometer in the package")
struct MagnetometerTests {
  static let chips = IMUCase.all.filter { $0.chip.traits.magnetometer != nil }

  /// A bench of which the magnetometer measured these counts: AK8963 ST1 at 0x02, data at 0x03, ST2
  /// at 0x09; AK09916 0x10, 0x11 and 0x18.
  private func bench(
    _ one: IMUCase, adjustment: [UInt8] = [128, 128, 128], counts: [Int16] = [100, 200, -300],
    isNew: Bool = true, overflow: Bool = false
  ) throws -> IMUBench {
    let bench = try IMUBench(one)
    let isOld = one.chip != .icm20948
    if isOld { bench.bus.magnetometer?[0x10...0x12] = adjustment[...] }
    try bench.start()
    let (status, data, end) = isOld ? (0x02, 0x03, 0x09) : (0x10, 0x11, 0x18)
    bench.bus.magnetometer?[status] = isNew ? 1 : 0
    bench.bus.magnetometer?[data...(data + 5)] = little(counts)[...]
    bench.bus.magnetometer?[end] = overflow ? 0x08 : 0
    return bench
  }

  private func drain(_ bench: IMUBench, atMs: [Double]) throws -> [InertialSample] {
    for at in atMs {
      bench.queue()
      bench.edges.rise(atMs: at)
    }
    return try bench.drained()
  }

  @Test("comes with the newest sample, turned into the IMU's axes", arguments: chips)
  func axes(one: IMUCase) throws {
    let samples = try drain(try bench(one), atMs: [200, 202])
    #expect(samples.count == 2 && samples[0].magneticT == nil)
    let field = try #require(samples[1].magneticT)
    // 0.15 uT a count. AK8963: x and y change places, z turns over; AK09916: y and z turn over.
    let expected =
      one.chip == .icm20948 ? Vector3(15e-6, -30e-6, 45e-6) : Vector3(30e-6, 15e-6, 45e-6)
    #expect((field - expected).norm < 1e-12)
  }

  @Test("of the MPU-9250 is adjusted by its fuse ROM (MS1356-E-02, 8.3.11)")
  func adjustment() throws {
    let one = IMUCase.mpuFamily[2]
    let samples = try drain(try bench(one, adjustment: [192, 128, 0]), atMs: [200])
    let field = try #require(samples[0].magneticT)
    // (192 - 128) / 256 + 1 = 1.25; (0 - 128) / 256 + 1 = 0.5
    #expect((field - Vector3(30e-6, 1.25 * 15e-6, 0.5 * 45e-6)).norm < 1e-12)
  }

  @Test("is asked a hundred times a second, not with every sample", arguments: chips)
  func rate(one: IMUCase) throws {
    let bench = try bench(one)
    for i in 0..<100 { _ = try drain(bench, atMs: [200 + 2 * Double(i)]) }
    let asked = bench.bus.trace.filter { $0.hasPrefix("0C:02>") || $0.hasPrefix("0C:10>") }
    #expect(asked.count == 20)
  }

  @Test("gives nothing when nothing is new or the field is too strong", arguments: chips)
  func overflow(one: IMUCase) throws {
    #expect(try drain(try bench(one, isNew: false), atMs: [200])[0].magneticT == nil)
    #expect(try drain(try bench(one, overflow: true), atMs: [200])[0].magneticT == nil)
  }

  @Test("that falls silent is told, and costs no sample", arguments: chips)
  func silent(one: IMUCase) throws {
    let bench = try bench(one)
    bench.bus.magnetometer = nil
    var handed = 0
    for i in 0..<3 {
      bench.queue()
      bench.edges.rise(atMs: 200 + 2 * Double(i))
    }
    let error = thrown { try bench.imu.drain { _ in handed += 1 } }
    guard case .bus(let bus, let name) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(handed == 3 && bus.address == 0x0C && bus.reason == .noAcknowledge)
    #expect(name == one.chip.traits.magnetometer?.name)
  }
}
