// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import MallocCount
import Quantities
import Testing

#if DEBUG
  private let isOptimised = false
#else
  private let isOptimised = true
#endif

/// The tick path never allocates (DESIGN, rule 6): counted at malloc itself. Code that was not
/// optimised allocates for its own ends.
@Suite(.enabled(if: umwelt_malloc_count_works() && isOptimised))
struct IMUAllocationTests {
  /// Any number of the same sample, without storage of its own.
  final class EndlessBus: I2CBus {
    let name = "i2c-1"
    let bearsClockStretching = true
    var registers: [UInt8]
    private let record: [UInt8]
    private let fifoRegister: UInt8

    init(_ bench: IMUBench, _ one: IMUCase) {
      registers = bench.bus.registers
      (record, fifoRegister) = (one.record([1, 2, 3], [4, 5, 6], 0), one.fifoRegister)
    }

    func transfer(
      address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
    ) throws(I2CError) {
      guard let register = writing.first else { return }
      if writing.count == 2, address != 0x0C { registers[Int(register)] = writing[1] }
      if address == 0x0C {
        for i in reading.indices {
          reading[i] =
            register == 0x00
            ? 0x48
            : register == 0x0A
              ? 0x16
              : register == 0x31 ? 0x08 : register == 0x01 ? 0x09 : 1
        }
      } else if register == fifoRegister {
        for i in reading.indices { reading[i] = record[i % record.count] }
      } else {
        for i in reading.indices { reading[i] = registers[Int(register) + i] }
      }
    }
  }

  final class EndlessEdges: EdgeLine {
    let name = "IMU_INT"
    var waiting: UInt32 = 0
    private var sequence: UInt32 = 0

    func nextEdge() throws(LineError) -> Edge? {
      guard waiting > 0 else { return nil }
      waiting -= 1
      sequence += 1
      return Edge(at: Instant(nanoseconds: Int64(sequence) * 2_000_000), sequence: sequence)
    }
  }

  @Test("draining allocates nothing, restart after an overflow included", arguments: IMUCase.all)
  func drain(one: IMUCase) throws {
    let bus = EndlessBus(try IMUBench(one), one)
    let edges = EndlessEdges()
    let imu = try one.chip.driver(
      device: I2CDevice(bus: bus, address: one.address), dataReady: edges, settings: one.settings,
      firmware: IMUBench.config)
    try imu.start(clock: TestClock())
    func announce(_ registers: (UInt8, UInt8)) {
      let at = Int(one.countRegister)
      (bus.registers[at], bus.registers[at + 1]) = registers
    }
    var (handed, fields, failures) = (0, 0, 0)
    func look(_ registers: (UInt8, UInt8)) {
      announce(registers)
      edges.waiting = 5
      do throws(DeviceError) {
        try imu.drain {
          handed += 1
          fields += $0.magneticT == nil ? 0 : 1
        }
      } catch { failures += 1 }
    }
    let (five, full) = (one.count(5), one.full.registers)
    for _ in 0..<3 { look(five) }
    look(full)
    umwelt_malloc_count_start()
    for _ in 0..<20 { look(five) }
    look(full)
    let counts = umwelt_malloc_count_stop()
    #expect(counts.allocations == 0 && counts.frees == 0)
    #expect(handed == 115 && failures == 0)
    #expect(fields > 0 || one.chip.traits.magnetometer == nil)
  }

  @Test("polling the BNO055 allocates nothing")
  func poll() throws {
    let clock = TestClock()
    let bus = EndlessBus(try IMUBench(.bmi270), .bmi270)
    (bus.registers[0x00], bus.registers[0x36]) = (0xA0, 0x0F)
    let imu = try InertialChip.bno055.driver(
      device: I2CDevice(bus: bus, address: 0x28), dataReady: nil,
      settings: IMUCase.settings(100, 47))
    try imu.start(clock: clock)
    var (handed, failures) = (0, 0)
    func look() {
      bus.registers[0x08] &+= 1
      clock.now = clock.now + Interval(nanoseconds: 10_000_000)
      do throws(DeviceError) { try imu.drain { _ in handed += 1 } } catch { failures += 1 }
    }
    look()
    umwelt_malloc_count_start()
    for _ in 0..<20 { look() }
    let counts = umwelt_malloc_count_stop()
    #expect(counts.allocations == 0 && counts.frees == 0)
    #expect(handed == 21 && failures == 0)
  }
}
