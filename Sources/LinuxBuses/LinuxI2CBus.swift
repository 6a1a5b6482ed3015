// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An I2C adapter through /dev/i2c-N.
///
/// Every transfer is one I2C_RDWR: write and read with a repeated START between them and nobody
/// else's in the middle. At most 8192 bytes in either direction (the kernel's limit).
///
/// Retries: once, and only when arbitration was lost (EAGAIN): the chip has seen nothing of the
/// transfer then. A missing acknowledge, a time-out and a stuck bus go to the driver, which knows
/// what its chip makes of half a transfer.
///
/// Recovery: when SDA is stuck, adapters whose driver can (i2c-omap and i2c-tegra; i2c-designware,
/// i2c-imx and i2c-mv64xxx where the device tree gives them their pins) clock it free inside the
/// kernel; the error is told all the same and the next transfer is the test. `reopen` serves
/// adapters that were unplugged, `LinuxHardware.clearI2CBus` those whose lines are nobody's then.
///
/// A chip that a kernel driver has is refused at the first transfer to it; the adapter is never
/// forced.
public final class LinuxI2CBus: I2CBus {
  /// How long a transfer may take before the adapter gives up: a full FIFO at 100 kHz (2 KiB,
  /// 0.19 s) passes. The kernel's default is 1 s, too long for a loop. It holds for all users of
  /// the adapter.
  public static let defaultTimeout = Interval(nanoseconds: 250_000_000)

  public let name: String
  public private(set) var adapter: I2CAdapter
  /// How many transfers were tried again because arbitration was lost.
  public private(set) var retryCount = 0
  /// The BCM2835's controller, up to the Raspberry Pi 4, loses bits when a chip holds the clock at
  /// a certain moment; the Pi 5's DesignWare and others wait. Source: raspberrypi/linux issue 4884.
  public var bearsClockStretching: Bool { !adapter.driverName.hasPrefix("bcm2835") }
  private let adapters: I2CAdapters
  private let timeout: Interval
  private let system: DeviceFile.System
  private var file: DeviceFile
  private var abilities: UInt32
  /// Whether a kernel driver was looked for at an address, and none found.
  private var isFree = [Bool](repeating: false, count: 128)
  /// Whether the adapter refused a batch in one go (EOPNOTSUPP): i2c-bcm2835 takes one read, last.
  private var isOneByOne = false
  private let messages: UnsafeMutablePointer<umwelt_i2c_message>

  init(
    _ name: String, timeout: Interval, files: MachineFiles, system: DeviceFile.System
  ) throws(HardwareError) {
    (self.name, self.timeout, self.system) = (name, timeout, system)
    adapters = I2CAdapters(files: files)
    adapter = try adapters.find(name)
    (file, abilities) = try Self.open(adapter, name, timeout, files, system)
    messages = .allocate(capacity: UMWELT_I2C_MAX_MESSAGES)
  }

  deinit { messages.deallocate() }

  public func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    let one = I2CTransfer(address: address, writing: writing, reading: reading)
    try refuseIfClaimed(address)
    let count = add(one, after: 0)
    if count > 0 { try go(count, firstAddress: address) }
  }

  public func transfer(_ batch: UnsafeBufferPointer<I2CTransfer>) throws(I2CError) {
    for one in batch { try refuseIfClaimed(one.address) }
    var from = 0
    while from < batch.count {
      let to = isOneByOne ? from + 1 : endOfGo(batch, from: from)
      var count = 0
      for one in batch[from..<to] { count = add(one, after: count) }
      do throws(I2CError) {
        if count > 0 { try go(count, firstAddress: batch[from].address) }
        from = to
      } catch {
        guard error.reason == .system(errno: EOPNOTSUPP), to > from + 1 else { throw error }
        isOneByOne = true  // nothing was sent: the kernel looks before it starts
      }
    }
  }

  /// Whether a chip answers. Reads one byte, as `i2cdetect -r` does; chips with side effects on
  /// any read are none that we know.
  ///
  /// Throws: `claimed` when a kernel driver has it, and what is wrong with the bus.
  public func probe(_ address: UInt8) throws(I2CError) -> Bool {
    if abilities & UInt32(UMWELT_I2C_READ_BYTE) == 0 { return try probeByTransfer(address) }
    try refuseIfClaimed(address)
    let result = umwelt_i2c_probe(file.system, file.number, address)
    if result == 0 { return true }
    let reason = Self.reason(errno: -result)
    if reason == .noAcknowledge { return false }
    throw I2CError(bus: name, address: address, register: nil, reason: reason)
  }

  /// The kernel driver that has the chip at an address; nil when none.
  public func driver(at address: UInt8) -> String? {
    adapters.holder(of: address, on: adapter)?.driver
  }

  /// Closes the adapter and opens what now has its name: for a USB adapter that was unplugged.
  public func reopen() throws(HardwareError) {
    file.close()
    adapter = try adapters.find(name)
    (file, abilities) = try Self.open(adapter, name, timeout, adapters.files, system)
    isFree = [Bool](repeating: false, count: 128)
    isOneByOne = false
  }

  /// What went wrong, by the kernel's Documentation/i2c/fault-codes.rst and what drivers return:
  /// ENXIO or EREMOTEIO when nobody acknowledged; EAGAIN for lost arbitration, EBUSY for a bus that
  /// does not become free, EIO and EPROTO for protocol errors.
  package static func reason(errno: Int32) -> I2CError.Reason {
    switch errno {
    case ENXIO, EREMOTEIO: .noAcknowledge
    case ETIMEDOUT: .timedOut
    case EAGAIN, EBUSY, EIO, EPROTO: .busFault
    default: .system(errno: errno)
    }
  }

  private func probeByTransfer(_ address: UInt8) throws(I2CError) -> Bool {
    var byte: UInt8 = 0
    var failure: I2CError?
    // SAFETY: `byte` outlives the transfer into it.
    withUnsafeMutableBytes(of: &byte) { destination in
      let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
      do throws(I2CError) {
        try transfer(address: address, writing: nothing, reading: destination)
      } catch { failure = error }
    }
    guard let failure else { return true }
    if failure.reason == .noAcknowledge { return false }
    throw failure
  }

  private func refuseIfClaimed(_ address: UInt8) throws(I2CError) {
    precondition(address < 128, "7-bit addresses, not \(hex(address))")
    if isFree[Int(address)] { return }
    if let (driver, device) = adapters.holder(of: address, on: adapter) {
      throw I2CError(
        bus: name, address: address, register: nil,
        reason: .claimed(driver: driver, device: device))
    }
    isFree[Int(address)] = true
  }

  /// How many of the batch from `from` on go into one I2C_RDWR.
  private func endOfGo(_ batch: UnsafeBufferPointer<I2CTransfer>, from: Int) -> Int {
    var (end, count) = (from, 0)
    while end < batch.count {
      count += (batch[end].writing.isEmpty ? 0 : 1) + (batch[end].reading.isEmpty ? 0 : 1)
      if count > UMWELT_I2C_MAX_MESSAGES { break }
      end += 1
    }
    return end
  }

  private func add(_ one: I2CTransfer, after count: Int) -> Int {
    var count = count
    // SAFETY: the kernel only reads what is written, and both buffers outlive the transfer; room
    // for the messages is `endOfGo`'s promise.
    if let bytes = one.writing.baseAddress, !one.writing.isEmpty {
      let start = UnsafeMutablePointer(mutating: bytes.assumingMemoryBound(to: UInt8.self))
      messages[count] = umwelt_i2c_message(
        bytes: start, count: UInt16(clamping: one.writing.count), address: one.address, is_read: 0)
      count += 1
    }
    if let bytes = one.reading.baseAddress, !one.reading.isEmpty {
      messages[count] = umwelt_i2c_message(
        bytes: bytes.assumingMemoryBound(to: UInt8.self),
        count: UInt16(clamping: one.reading.count),
        address: one.address, is_read: 1)
      count += 1
    }
    return count
  }

  private func go(_ count: Int, firstAddress: UInt8) throws(I2CError) {
    var result = umwelt_i2c_transfer(file.system, file.number, messages, UInt32(count))
    if result == -EAGAIN {
      retryCount += 1
      result = umwelt_i2c_transfer(file.system, file.number, messages, UInt32(count))
    }
    if result == 0 { return }
    throw I2CError(
      bus: name, address: firstAddress, register: nil, reason: Self.reason(errno: -result))
  }
}
