// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// How a VL53L5CX's firmware is spoken to: a block (index, size, data, footer) is written so that
/// it ends at 0x2FFF, then the status at 0x2C00 is awaited; answers lie from 0x2C04 on. The
/// firmware's memory is little-endian, the wire turns each four bytes round. Source: ST ULD 1.1.2.
struct VL53L5CXCommands {
  private static let status: UInt16 = 0x2C00
  private static let answer: UInt16 = 0x2C04
  private static let end = 0x3000
  private static let nvmBytes = 492
  /// `vl53l5cx_poll_for_answer`: every 10 ms, 200 times.
  private static let pollMs: Int64 = 10
  private static let polls = 200
  /// `VL53L5CX_GET_NVM_CMD`: which blocks of the NVM are wanted.
  private static let getNVM: [UInt8] = [
    0x54, 0x00, 0x00, 0x40, 0x9E, 0x14, 0x00, 0xC0, 0x9E, 0x20, 0x01, 0x40, 0x9E, 0x34, 0x00, 0x40,
    0x9E, 0x38, 0x04, 0x04, 0x9F, 0x38, 0x04, 0x02, 0x9F, 0xB8, 0x01, 0x00, 0x9F, 0xC8, 0x01, 0x00,
    0x00, 0x00, 0x00, 0x0F, 0x02, 0x02, 0x00, 0x24
  ]

  /// Blocks that are read or written (`vl53l5cx_api.h`).
  private enum Index {
    static let zones: UInt16 = 0x5450, rate: UInt16 = 0x5458, mode: UInt16 = 0xAD30
    static let spads: UInt16 = 0xAD38, singleRange: UInt16 = 0xCD5C
    static let outputConfig: UInt16 = 0xCD60, outputEnables: UInt16 = 0xCD68
    static let outputList: UInt16 = 0xCD78, pipe: UInt16 = 0xCF78
  }

  let chip: WideChip

  func run(_ steps: [VL53L5CXBoot.Step], clock: any Clock) throws(DeviceError) {
    for step in steps {
      switch step {
      case .write(let register, let value): try chip.writeByte(value, to: register)
      case .read(let register): _ = try chip.readByte(register)
      case .waitMs(let ms): wait(ms, clock)
      case .poll(let register, let mask, let value, let what):
        try poll(clock, what) { () throws(DeviceError) in
          try chip.readByte(register) & mask == value
        }
      }
    }
  }

  /// `vl53l5cx_init` from the NVM on, then `set_resolution`, `set_ranging_frequency_hz` and
  /// `set_ranging_mode`.
  func configure(
    _ firmware: VL53L5CXFirmware, columns: Int, rateHz: UInt8, clock: any Clock
  ) throws(DeviceError) {
    var nvm = [UInt8](repeating: 0, count: Self.nvmBytes)
    try send(Self.getNVM, to: 0x2FD8)
    try awaitAnswer(byte: 0, is: 2, clock)
    try chip.read(Self.answer, count: nvm.count, into: &nvm)
    let grids = VL53L5CXGrids(offsets: nvm, crosstalk: Array(firmware.crosstalk))
    try sendGrids(grids, columns: 4, clock)
    try send(Array(firmware.configuration), to: 0x2C34)
    try awaitAnswer(byte: 1, is: 3, clock)
    try write(Index.pipe, [1, 0, 1, 0], clock)  // one target a zone
    try write(Index.singleRange, [1, 0, 0, 0], clock)

    let isCoarse = columns == 4
    try replace(Index.spads, bytes: 16, clock) {
      ($0[4], $0[6], $0[9]) = isCoarse ? (64, 64, 4) : (16, 16, 1)
    }
    try replace(Index.zones, bytes: 8, clock) {
      ($0[0], $0[1], $0[4], $0[5]) = isCoarse ? (4, 4, 8, 8) : (8, 8, 4, 4)
    }
    try sendGrids(grids, columns: columns, clock)
    try replace(Index.rate, bytes: 4, clock) { $0[1] = rateHz }
    try replace(Index.mode, bytes: 8, clock) { ($0[1], $0[3]) = (1, 3) }  // continuous
    try write(Index.singleRange, [0, 0, 0, 0], clock)
  }

  /// `vl53l5cx_start_ranging`.
  func startRanging(zones: Int, clock: any Clock) throws(DeviceError) {
    let list = VL53L5CXOutputs.list(zones: zones)
    try write(Index.outputList, Self.bytes(list), clock)
    let bytes = UInt32(VL53L5CXOutputs.bytes(zones: zones))
    try write(Index.outputConfig, Self.bytes([bytes, UInt32(list.count + 1)]), clock)
    try write(
      Index.outputEnables, Self.bytes([VL53L5CXOutputs.enabled, 0, 0, 0xC000_0000]), clock)
    try chip.writeByte(0x00, to: 0x7FFF)
    try chip.writeByte(0x05, to: 0x0009)
    try chip.writeByte(0x02, to: 0x7FFF)
    try send([0x00, 0x03, 0x00, 0x00], to: 0x2FFC)
    try awaitAnswer(byte: 1, is: 3, clock)
  }

  private func sendGrids(
    _ grids: VL53L5CXGrids, columns: Int, _ clock: any Clock
  ) throws(DeviceError) {
    try send(grids.offsetBlock(columns: columns), to: 0x2E18)
    try awaitAnswer(byte: 1, is: 3, clock)
    try send(grids.crosstalkBlock(columns: columns), to: 0x2CF8)
    try awaitAnswer(byte: 1, is: 3, clock)
  }

  /// `vl53l5cx_dci_write_data`; `data` as the firmware's memory has it.
  private func write(
    _ index: UInt16, _ data: [UInt8], _ clock: any Clock
  ) throws(DeviceError) {
    let size = data.count
    let footer: [UInt8] = [0, 0, 0, 0x0F, 5, 1, UInt8((size + 8) >> 8), UInt8((size + 8) & 0xFF)]
    let block = Self.header(index, size) + (0..<size).map { data[$0 ^ 3] } + footer
    try send(block, to: UInt16(Self.end - block.count))
    try awaitAnswer(byte: 1, is: 3, clock)
  }

  /// `vl53l5cx_dci_replace_data`: reads a block, changes it and writes it back.
  private func replace(
    _ index: UInt16, bytes size: Int, _ clock: any Clock, _ change: (inout [UInt8]) -> Void
  ) throws(DeviceError) {
    let request = Self.header(index, size) + [0, 0, 0, 0x0F, 0, 2, 0, 8]
    try send(request, to: UInt16(Self.end - request.count))
    try awaitAnswer(byte: 1, is: 3, clock)
    var wire = [UInt8](repeating: 0, count: size + 12)
    try chip.read(Self.answer, count: wire.count, into: &wire)
    var data = (0..<size).map { wire[4 + ($0 ^ 3)] }
    change(&data)
    try write(index, data, clock)
  }

  private static func header(_ index: UInt16, _ size: Int) -> [UInt8] {
    [
      UInt8(index >> 8), UInt8(index & 0xFF), UInt8((size & 0xFF0) >> 4),
      UInt8((size & 0xF) << 4)
    ]
  }

  private static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xFF) } }
  }

  private func send(_ bytes: [UInt8], to register: UInt16) throws(DeviceError) {
    var message = [0, 0] + bytes
    try chip.write(&message, count: bytes.count, to: register)
  }

  private func awaitAnswer(
    byte: Int, is value: UInt8, _ clock: any Clock
  ) throws(DeviceError) {
    var answer: [UInt8] = [0, 0, 0, 0]
    try poll(clock, "answer of its firmware") { () throws(DeviceError) in
      try chip.read(Self.status, count: 4, into: &answer)
      guard answer[byte] != value else { return true }
      guard answer[2] < 0x7F else {
        throw chip.badData("its firmware reports error \(hex(answer[2]))")
      }
      return false
    }
  }

  private func poll(
    _ clock: any Clock, _ what: String, _ isDone: () throws(DeviceError) -> Bool
  ) throws(DeviceError) {
    for _ in 0..<Self.polls {
      if try isDone() { return }
      wait(Self.pollMs, clock)
    }
    throw chip.notReady(what, afterS: Double(Self.polls) * Double(Self.pollMs) / 1000)
  }

  private func wait(_ ms: Int64, _ clock: any Clock) {
    clock.sleep(until: clock.now + Interval(nanoseconds: ms * 1_000_000))
  }
}
