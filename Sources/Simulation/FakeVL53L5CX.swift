// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The VL53L5CX as far as ST's ULD driver 1.1.2 shows it (there is no public register map): pages,
/// boot flags, firmware memory, the command mailbox that ends at 0x2FFF, and results in blocks. It
/// looks at a scene of distances. The processor starts only with the right firmware, and ranges
/// only after it was given offsets, crosstalk, configuration and a list of outputs.
package final class FakeVL53L5CX: FakeChip {
  package var fault = Fault.ok
  /// The true distance in front of each zone, row by row; nil where there is nothing.
  package var sceneM: (_ zone: Int) -> Double?
  /// What every target's status says: 5 is valid.
  package var targetStatus: UInt8 = 5
  /// What the firmware answers to the next command instead of doing it.
  package var refusal: UInt8?
  package private(set) var columns = 8
  package private(set) var rateHz: UInt8 = 1
  package private(set) var offsetBlock: [UInt8] = []
  package private(set) var crosstalkBlock: [UInt8] = []
  /// Every command since the firmware started, as it came.
  package private(set) var commands: [[UInt8]] = []
  private let firmware: [UInt8]
  private let clock: any Clock
  private var page: UInt8 = 2
  private var pointer = 0
  private var memory = [UInt8](repeating: 0, count: 86_016)
  private var hasBooted = false
  private var isRunning = false
  private var mailbox = [UInt8](repeating: 0, count: 0x400)
  private var blocks: [UInt16: [UInt8]] = [:]
  private var isConfigured = false
  private var random = SeededGenerator(seed: 0, stream: "VL53L5CX")
  private var startedAt: Instant?
  private var results: [UInt8] = []
  private var frame: Int64 = -1

  /// - Parameter firmware: the program without which it does not start, 86,016 bytes.
  package init(
    firmware: [UInt8], clock: any Clock, sceneM: @escaping (_ zone: Int) -> Double?
  ) {
    (self.firmware, self.clock, self.sceneM) = (firmware, clock, sceneM)
  }

  package func receive(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2 else { return }
    pointer = Int(bytes[0]) << 8 | Int(bytes[1])
    guard bytes.count > 2 else { return }
    let start = pointer
    if start == 0x7FFF {
      page = bytes[2]  // a burst that only runs past it is data
      return
    }
    for byte in bytes.dropFirst(2) {
      write(byte, to: pointer)
      pointer += 1
    }
    if page == 2, pointer == 0x3000 { execute(Array(mailbox[(start - 0x2C00)...])) }
  }

  package func respond(into bytes: UnsafeMutableRawBufferPointer) {
    for i in bytes.indices {
      bytes[i] = read(pointer)
      pointer += 1
    }
  }

  private func write(_ value: UInt8, to register: Int) {
    switch (page, register) {
    case (9...11, 0..<0x8000):
      let at = Int(page - 9) * 0x8000 + register
      if at < memory.count { memory[at] = value }
    case (0, 0x000A):
      hasBooted = value == 0x01
      (isRunning, startedAt, commands) = (false, nil, [])
    case (0, 0x000B): isRunning = value == 0x01 && memory == firmware
    case (2, 0x2C00..<0x3000): mailbox[register - 0x2C00] = value
    default: return
    }
  }

  private func read(_ register: Int) -> UInt8 {
    switch (page, register) {
    case (0, 0x0000): return 0xF0
    case (0, 0x0001): return fault == .wrong ? 0x0C : 0x02
    case (0, 0x0006): return isRunning ? 0x00 : hasBooted ? 0x01 : 0xFF
    case (1, 0x0021): return hasBooted ? 0x10 : 0x00
    case (2, 0x0000..<0x0400):
      range()
      if fault == .garbage { return UInt8(truncatingIfNeeded: random.next()) }
      return register < results.count ? results[register] : 0
    case (2, 0x2C00..<0x3000): return mailbox[register - 0x2C00]
    default: return 0
    }
  }

  /// A command: its last eight bytes say what it is.
  private func execute(_ command: [UInt8]) {
    guard isRunning else { return }
    commands.append(command)
    for i in mailbox.indices { mailbox[i] = 0 }
    mailbox[1] = 3
    if let error = refusal {
      (mailbox[1], mailbox[2], refusal) = (0, error, nil)
      return
    }
    if command == [0x00, 0x03, 0x00, 0x00] { return start() }
    let footer = command.suffix(8)
    switch (footer[footer.startIndex + 4], footer[footer.startIndex + 5]) {
    case (0, 2): answer(command)
    case (5, 1):
      blocks[UInt16(command[0]) << 8 | UInt16(command[1])] = Array(command[4..<(command.count - 8)])
      take(command)
    case (2, 2):
      (mailbox[0], mailbox[1]) = (2, 0)
      for i in 4..<496 { mailbox[i] = Self.nvm(i - 4) }
    default:
      switch command.count {
      case 488: offsetBlock = command
      case 776: crosstalkBlock = command
      case 972: isConfigured = true
      default: mailbox[2] = 0x7F
      }
    }
  }

  /// Bytes that a test can tell apart.
  package static func nvm(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: index &* 7 &+ 3) }

  private func answer(_ command: [UInt8]) {
    let size = Int(command[2]) << 4 | Int(command[3]) >> 4
    let data =
      blocks[UInt16(command[0]) << 8 | UInt16(command[1])] ?? [UInt8](repeating: 0, count: size)
    for i in 0..<4 { mailbox[4 + i] = command[i] }
    for i in 0..<size { mailbox[8 + i] = data[i] }
  }

  /// Words are big-endian on the wire, so byte n of the firmware's memory is byte n ^ 3 here.
  private func take(_ command: [UInt8]) {
    switch UInt16(command[0]) << 8 | UInt16(command[1]) {
    case 0x5450: columns = Int(command[4 + (1 ^ 3)])
    case 0x5458: rateHz = command[4 + (1 ^ 3)]
    default: return
    }
  }

  private func start() {
    guard isConfigured, !offsetBlock.isEmpty, !crosstalkBlock.isEmpty, blocks[0xCD78] != nil
    else {
      mailbox[2] = 0x7F
      return
    }
    (startedAt, frame) = (clock.now, -1)
  }

  private func word(_ index: UInt16, _ number: Int) -> UInt32 {
    guard let block = blocks[index], block.count >= 4 * number + 4 else { return 0 }
    return (0..<4).reduce(0) { $0 << 8 | UInt32(block[4 * number + $1]) }
  }

  /// Makes the results that are due: the enabled blocks of the list, in its order.
  private func range() {
    guard let startedAt, fault != .stuck, rateHz > 0 else { return }
    let due = (clock.now - startedAt).nanoseconds * Int64(rateHz) / 1_000_000_000 - 1
    guard due >= 0, due != frame else { return }
    frame = due
    var bytes: [UInt8] = [UInt8(due % 255), 0x05, 0x05, 0x10] + [UInt8](repeating: 0, count: 12)
    for number in 0..<12 where word(0xCD68, 0) >> UInt32(number) & 1 != 0 {
      let header = word(0xCD78, number)
      let (type, size) = (Int(header & 0xF), Int(header >> 4 & 0xFFF))
      bytes += (0..<4).map { UInt8(header >> UInt32(24 - 8 * $0) & 0xFF) }
      bytes += block(UInt16(header >> 16), bytes: (1...12).contains(type) ? type * size : size)
    }
    results = bytes + [0, 0, 0, 0]
  }

  private func block(_ index: UInt16, bytes: Int) -> [UInt8] {
    var little = [UInt8](repeating: 0, count: bytes)
    for zone in 0..<columns * columns {
      let distanceM = sceneM(zone)
      switch index {
      case 0xCF7C: little[zone] = distanceM == nil ? 0 : 1
      case 0xD47C: little[zone] = distanceM == nil ? 0 : targetStatus
      case 0xD33C:
        let quarters = UInt16(counts((distanceM ?? 0) * 4000, 0...32767))
        (little[2 * zone], little[2 * zone + 1]) = (UInt8(quarters & 0xFF), UInt8(quarters >> 8))
      default: break
      }
    }
    return (0..<bytes).map { little[$0 ^ 3] }
  }
}
