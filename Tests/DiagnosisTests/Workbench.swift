// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// A computer on a bench: buses to hang chips on, and a camera.
final class Workbench: Hardware {
  let bench = BenchClock()
  var buses: [String: FakeI2CBus] = [:]
  var camera: BenchCamera?
  /// Buses that the kernel does not open, and why.
  var refusals: [String: String] = [:]

  var clock: any Clock { bench }

  func attach(_ chip: any FakeChip, to bus: String, at address: UInt8) {
    let made = buses[bus] ?? FakeI2CBus(name: bus)
    made.attach(chip, at: address)
    buses[bus] = made
  }

  /// Takes the bus away with all its chips, and gives an empty one.
  func clear(_ bus: String) { buses[bus] = FakeI2CBus(name: bus) }

  func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    guard let bus = buses[name], refusals[name] == nil else {
      throw HardwareError(
        kind: "I2C bus", name: name, available: Array(buses.keys), reason: refusals[name])
    }
    return bus
  }

  func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    throw HardwareError(kind: "output line", name: name, available: [])
  }

  func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    throw HardwareError(kind: "input line", name: name, available: [])
  }

  func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    throw HardwareError(kind: "input line", name: name, available: [])
  }

  func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    throw HardwareError(kind: "PWM output", name: name, available: [])
  }

  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    guard let camera, camera.name == name else {
      throw HardwareError(kind: "camera", name: name, available: [])
    }
    return camera
  }
}

/// Time passes when somebody waits for it.
final class BenchClock: Clock {
  private(set) var now = Instant.zero

  func sleep(until deadline: Instant) { now = max(now, deadline) }
}

/// A camera whose pictures differ from one to the next, unless it is frozen.
final class BenchCamera: FrameSource {
  let name: String
  let width = 64
  let height = 64
  var rateHz: Double
  var isFrozen = false
  /// Gives nothing, or fails with this errno.
  var isSilent = false
  var errno: Int32?
  private let clock: BenchClock

  init(name: String, rateHz: Double, clock: BenchClock) {
    (self.name, self.rateHz, self.clock) = (name, rateHz, clock)
  }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    if let errno { throw FrameError(camera: name, errno: errno) }
    let count = UInt32(Double(clock.now.nanoseconds) * 1e-9 * rateHz)
    guard !isSilent, count > 0, count != frame.sequence else { return false }
    frame.sequence = count
    frame.capturedAt = Instant(nanoseconds: Int64(Double(count) / rateHz * 1e9))
    if !isFrozen { frame.pixels[0] = UInt8(truncatingIfNeeded: count) }
    return true
  }
}

/// A chip of which only some registers are known, and which remembers what was written to it.
final class PlainChip: FakeRegisterChip {
  var pointer: UInt8 = 0
  private(set) var writes = 0
  private let registers: [UInt8: UInt8]
  private let otherwise: UInt8

  /// - Parameter otherwise: what every other register reads.
  init(_ registers: [UInt8: UInt8], otherwise: UInt8 = 0x37) {
    (self.registers, self.otherwise) = (registers, otherwise)
  }

  /// Who it says it is, and nothing else.
  static var mpu6050: PlainChip { PlainChip([0x75: 0x68]) }

  func write(_ value: UInt8, to register: UInt8) { writes += 1 }
  func read(_ register: UInt8) -> UInt8 { registers[register] ?? otherwise }
  func next(after register: UInt8) -> UInt8 { register &+ 1 }
}

/// A chip of 16-bit registers, the high byte first: the INA family.
final class WordChip: FakeChip {
  private var pointer: UInt8 = 0
  private let registers: [UInt8: UInt16]

  init(_ registers: [UInt8: UInt16]) { self.registers = registers }

  func receive(_ bytes: UnsafeRawBufferPointer) { pointer = bytes.first ?? pointer }

  func respond(into bytes: UnsafeMutableRawBufferPointer) {
    let word = registers[pointer] ?? 0x399F  // the INA219's configuration after a reset
    for i in bytes.indices { bytes[i] = i % 2 == 0 ? UInt8(word >> 8) : UInt8(word & 0xFF) }
  }
}
