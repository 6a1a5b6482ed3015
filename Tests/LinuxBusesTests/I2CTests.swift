// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import LinuxBuses
import Quantities
import Testing

/// One adapter, i2c-1, and its bus.
struct I2CBench {
  let machine = TemporaryMachine()
  let adapter = ScriptedI2C()
  let bus: LinuxI2CBus

  init(_ prepare: (ScriptedI2C) -> Void = { _ in }) throws {
    prepare(adapter)
    machine.adapter(
      1, name: "bcm2835 (i2c@7e804000)", at: "platform/soc/fe804000.i2c", adapter)
    bus = try machine.hardware().linuxI2CBus("i2c-1")
  }

  /// A transfer with buffers of its own; what was read.
  func transfer(_ address: UInt8, _ out: [UInt8], reading count: Int) throws(I2CError) -> [UInt8] {
    var read = [UInt8](repeating: 0, count: count)
    var failure: I2CError?
    out.withUnsafeBytes { writing in
      read.withUnsafeMutableBytes { reading in
        failure = thrown(I2CError.self) {
          try bus.transfer(address: address, writing: writing, reading: reading)
        }
      }
    }
    if let failure { throw failure }
    return read
  }

  /// `count` register reads of two bytes in one batch.
  func batch(_ addresses: [UInt8]) throws(I2CError) -> [UInt8] {
    var read = [UInt8](repeating: 0, count: 2 * addresses.count)
    let registers = addresses.indices.map { UInt8($0) }
    var failure: I2CError?
    registers.withUnsafeBytes { out in
      read.withUnsafeMutableBytes { into in
        let transfers = addresses.enumerated().map { i, address in
          I2CTransfer(
            address: address, writing: UnsafeRawBufferPointer(rebasing: out[i...i]),
            reading: UnsafeMutableRawBufferPointer(rebasing: into[2 * i..<2 * i + 2]))
        }
        failure = transfers.withUnsafeBufferPointer { all in
          thrown(I2CError.self) { try bus.transfer(all) }
        }
      }
    }
    if let failure { throw failure }
    return read
  }
}

@Suite("I2C on Linux")
struct I2CTests {
  @Test("A register read is one write and one read in one I2C_RDWR")
  func combined() throws {
    let bench = try I2CBench()
    #expect(try bench.transfer(0x68, [0x3B], reading: 3) == [1, 2, 3])
    #expect(bench.adapter.trace == ["W68:3B R68*3"])
  }

  @Test("A write alone and a read alone are one message each, and nothing at all is none")
  func single() throws {
    let bench = try I2CBench()
    _ = try bench.transfer(0x40, [0x06, 0x80], reading: 0)
    _ = try bench.transfer(0x40, [], reading: 300)
    _ = try bench.transfer(0x40, [], reading: 0)
    #expect(bench.adapter.trace == ["W40:06,80", "R40*300"])
  }

  @Test("The time-out is set at the start, rounded up to the kernel's 10 ms")
  func timeout() throws {
    let bench = try I2CBench()
    #expect(bench.adapter.timeoutSteps == 25)
    let hardware = LinuxHardware(
      names: LinuxNames(), i2cTimeout: Interval(nanoseconds: 11_000_000),
      root: bench.machine.root, system: bench.machine.kernel.table)
    _ = try hardware.i2cBus("i2c-1")
    #expect(bench.adapter.timeoutSteps == 2)
  }

  /// Source: the kernel's Documentation/i2c/fault-codes.rst; EREMOTEIO is bcm2835's, tegra's and
  /// omap's missing acknowledge.
  static let reasons: [(Int32, I2CError.Reason)] = [
    (ENXIO, .noAcknowledge), (EREMOTEIO, .noAcknowledge), (ETIMEDOUT, .timedOut),
    (EBUSY, .busFault), (EIO, .busFault), (EPROTO, .busFault),
    (ENODEV, .system(errno: ENODEV)), (EOPNOTSUPP, .system(errno: EOPNOTSUPP)),
    (ESHUTDOWN, .system(errno: ESHUTDOWN)), (EINVAL, .system(errno: EINVAL))
  ]

  @Test("Each errno becomes its reason, after one try", arguments: reasons.indices)
  func errnos(row: Int) throws {
    let (errno, reason) = Self.reasons[row]
    let bench = try I2CBench()
    bench.adapter.outcomes = [-errno]
    let error = thrown(I2CError.self) { try bench.transfer(0x68, [0x75], reading: 1) }
    #expect(error == I2CError(bus: "i2c-1", address: 0x68, register: nil, reason: reason))
    #expect(bench.adapter.trace.count == 1)
    #expect(bench.bus.retryCount == 0)
  }

  @Test("Lost arbitration is tried once more, and no more than once")
  func arbitration() throws {
    let bench = try I2CBench()
    bench.adapter.outcomes = [-EAGAIN]
    #expect(try bench.transfer(0x68, [0x75], reading: 1) == [1])
    #expect(bench.adapter.trace == ["W68:75 R68*1", "W68:75 R68*1"])
    #expect(bench.bus.retryCount == 1)
    bench.adapter.outcomes = [-EAGAIN, -EAGAIN]
    #expect(
      thrown(I2CError.self) { try bench.transfer(0x68, [0x75], reading: 1) }?.reason == .busFault)
    #expect(bench.adapter.trace.count == 4)
    bench.adapter.outcomes = [-EAGAIN, -ENXIO]
    #expect(
      thrown(I2CError.self) { try bench.transfer(0x68, [0x75], reading: 1) }?.reason
        == .noAcknowledge)
  }

  @Test("Fewer messages done than asked for is a bus fault")
  func short() throws {
    let bench = try I2CBench()
    bench.adapter.outcomes = [1]
    #expect(
      thrown(I2CError.self) { try bench.transfer(0x68, [0x75], reading: 1) }?.reason == .busFault)
  }

  @Test("A transfer longer than the kernel takes is the kernel's to refuse, not cut short")
  func long() throws {
    let bench = try I2CBench()
    _ = try bench.transfer(0x33, [], reading: 70_000)
    #expect(bench.adapter.trace == ["R33*65535"])  // i2c-dev refuses more than 8192 with EINVAL
  }

  @Test("A batch goes in one I2C_RDWR")
  func batch() throws {
    let bench = try I2CBench()
    #expect(try bench.batch([0x68, 0x40, 0x68]) == [1, 2, 1, 2, 1, 2])
    #expect(bench.adapter.trace == ["W68:00 R68*2 W40:01 R40*2 W68:02 R68*2"])
  }

  @Test("A batch of more than 42 messages goes in several, no transfer cut in two")
  func longBatch() throws {
    let bench = try I2CBench()
    _ = try bench.batch([UInt8](repeating: 0x68, count: 50))
    #expect(bench.adapter.trace.map { $0.split(separator: " ").count } == [42, 42, 16])
    #expect(bench.adapter.trace[1].hasPrefix("W68:15 R68*2"))
  }

  @Test("An adapter that takes only one read at a time gets batches one by one from then on")
  func oneByOne() throws {
    let bench = try I2CBench { $0.refusesBatches = true }
    #expect(try bench.batch([0x68, 0x40]) == [1, 2, 1, 2])
    #expect(
      bench.adapter.trace == ["W68:00 R68*2 W40:01 R40*2", "W68:00 R68*2", "W40:01 R40*2"])
    bench.adapter.forget()
    _ = try bench.batch([0x68, 0x40])
    #expect(bench.adapter.trace == ["W68:00 R68*2", "W40:01 R40*2"])
  }

  @Test("A batch that fails names the first address of the go that failed")
  func failingBatch() throws {
    let bench = try I2CBench()
    bench.adapter.outcomes = [0, -ENXIO]
    let addresses = [UInt8](repeating: 0x68, count: 21) + [0x40, 0x41]
    let error = thrown(I2CError.self) { try bench.batch(addresses) }
    #expect(error?.address == 0x40)
    #expect(error?.reason == .noAcknowledge)
    #expect(bench.adapter.trace.count == 2)
  }

  @Test("A single transfer that is not supported is an error, not an endless try")
  func unsupported() throws {
    let bench = try I2CBench()
    bench.adapter.outcomes = [-EOPNOTSUPP]
    #expect(thrown(I2CError.self) { try bench.batch([0x68]) }?.reason == .system(errno: EOPNOTSUPP))
    #expect(bench.adapter.trace.count == 1)
  }

  @Test("A chip that a kernel driver has is refused before a byte is sent, and how to free it told")
  func claimed() throws {
    let bench = try I2CBench()
    bench.machine.folder("/sys/bus/i2c/drivers/inv-mpu6050-i2c")
    bench.machine.link(
      "/sys/bus/i2c/devices/1-0068/driver", to: "/sys/bus/i2c/drivers/inv-mpu6050-i2c")
    let error = thrown(I2CError.self) { try bench.transfer(0x68, [0x75], reading: 1) }
    #expect(error?.reason == .claimed(driver: "inv-mpu6050-i2c", device: "1-0068"))
    #expect(
      error?.description.contains(
        "echo 1-0068 | sudo tee /sys/bus/i2c/drivers/inv-mpu6050-i2c/unbind")
        == true)
    #expect(thrown(I2CError.self) { try bench.batch([0x40, 0x68]) }?.address == 0x68)
    #expect(bench.adapter.trace.isEmpty)
    #expect(bench.bus.driver(at: 0x68) == "inv-mpu6050-i2c")
    #expect(bench.bus.driver(at: 0x40) == nil)
  }

  @Test("A chip that the kernel knows but no driver has is ours")
  func withoutDriver() throws {
    let bench = try I2CBench()
    bench.machine.file("/sys/bus/i2c/devices/1-0068/name", "mpu6050\n")
    #expect(try bench.transfer(0x68, [0x75], reading: 1) == [1])
  }

  @Test("A probe reads one byte through libi2c and tells who answers")
  func probe() throws {
    let bench = try I2CBench()
    #expect(try bench.bus.probe(0x68))
    bench.adapter.smbusByte = -ENXIO
    #expect(try !bench.bus.probe(0x40))
    #expect(bench.adapter.trace == ["SLAVE 68", "SMBus byte", "SLAVE 40", "SMBus byte"])
    bench.adapter.smbusByte = -ETIMEDOUT
    #expect(thrown(I2CError.self) { try bench.bus.probe(0x40) }?.reason == .timedOut)
    bench.adapter.slaveResult = -EBUSY
    #expect(thrown(I2CError.self) { try bench.bus.probe(0x40) }?.reason == .busFault)
  }

  @Test("Where the adapter has no SMBus, a probe is a plain read of one byte")
  func plainProbe() throws {
    let bench = try I2CBench { $0.functions = 1 }
    #expect(try bench.bus.probe(0x68))
    bench.adapter.outcomes = [-EREMOTEIO, -EIO]
    #expect(try !bench.bus.probe(0x40))
    #expect(thrown(I2CError.self) { try bench.bus.probe(0x40) }?.reason == .busFault)
    #expect(bench.adapter.trace == ["R68*1", "R40*1", "R40*1"])
  }
}
