// SPDX-License-Identifier: Apache-2.0
import Buses
import Simulation
import Testing

struct FakeI2CBusTests {
  let bus = FakeI2CBus(name: "i2c-1")
  let chip = PlainChip()

  init() { bus.attach(chip, at: 0x20) }

  @Test("Nobody at an address is a missing acknowledge")
  func nobody() {
    let missing = I2CError(bus: "i2c-1", address: 0x21, register: nil, reason: .noAcknowledge)
    #expect(throws: missing) { try bus.read(0, at: 0x21) }
  }

  @Test("A write fills consecutive registers and a read takes consecutive registers")
  func consecutive() throws {
    try bus.write(0xAA, 0xBB, 0xCC, to: 0x10, at: 0x20)
    #expect(try bus.read(0x0F, count: 5, at: 0x20) == [0x0F, 0xAA, 0xBB, 0xCC, 0x13])
  }

  @Test("A read without a register goes on where the last transfer ended")
  func pointer() throws {
    _ = try bus.read(0x30, count: 2, at: 0x20)
    var answer = [UInt8](repeating: 0, count: 2)
    try answer.withUnsafeMutableBytes {
      try bus.transfer(
        address: 0x20, writing: UnsafeRawBufferPointer(start: nil, count: 0), reading: $0)
    }
    #expect(answer == [0x32, 0x33])
  }

  @Test("Each chip has a pointer of its own")
  func pointers() throws {
    bus.attach(PlainChip(), at: 0x21)
    try bus.write(1, to: 0x50, at: 0x21)
    #expect(try bus.read(0x60, at: 0x20) == [0x60])
    #expect(try bus.read(0x50, at: 0x20) == [0x50])
    #expect(try bus.read(0x50, at: 0x21) == [1])
  }

  @Test("A chip that stops answering is a missing acknowledge, and its registers stay")
  func silence() throws {
    bus.refuse { $0 == 0x20 ? .noAcknowledge : nil }
    #expect(throws: I2CError.self) { try bus.write(7, to: 0x10, at: 0x20) }
    bus.refuse { _ in nil }
    #expect(try bus.read(0x10, at: 0x20) == [0x10])
  }
}

struct FakeEdgeLineTests {
  @Test("Edges come in order, once, and sixteen at most wait; the numbers show those dropped")
  func queue() throws {
    let line = FakeEdgeLine(name: "IMU_INT")
    #expect(try line.nextEdge() == nil)
    for i in 1...20 { line.rise(at: .init(ms: Int64(i))) }
    var edges: [Edge] = []
    while let edge = try line.nextEdge() { edges.append(edge) }
    #expect(edges.map(\.sequence) == Array(5...20))
    #expect(edges.first?.at == .init(ms: 5) && edges.last?.at == .init(ms: 20))
  }
}
