// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The AK8963 at register level, made from AKM MS1356-E-02: identity, modes, fuse ROM, measurement,
/// overflow.
package final class FakeAK8963: FakeMagnetometer {
  package var pointer: UInt8 = 0
  package var isConnected = false
  /// Sensitivity adjustment in the fuse ROM; 128 is none (8.3.11).
  package let adjustment: SIMD3<UInt8>

  private var mode: UInt8 = 0
  private var status: UInt8 = 0
  private var hasOverflowed = false
  private var data = [UInt8](repeating: 0, count: 6)
  private var dueAt = Instant.zero

  /// Without a seed nothing is to be adjusted.
  package init(seed: UInt64?) {
    var random = SeededGenerator(seed: seed ?? 0, stream: "AK8963")
    func draw() -> UInt8 { seed == nil ? 128 : 160 + UInt8(random.next() % 32) }
    adjustment = SIMD3(draw(), draw(), draw())
  }

  /// Its x is the IMU's y, its y the IMU's x, its z points down (PS-MPU-9250A figure 5).
  package func feel(_ fieldT: Vector3, now: Instant) {
    // 6.4.4: 8 Hz and 100 Hz.
    let periodNs: Int64
    switch mode & 0x0F {
    case 0x02: periodNs = 125_000_000
    case 0x06: periodNs = 10_000_000
    default: return
    }
    guard now >= dueAt else { return }
    dueAt = now + Interval(nanoseconds: periodNs)
    let own = Vector3(fieldT.y, fieldT.x, -fieldT.z)
    // 8.3.6: BIT = 1: 0.15 uT, else 0.6 uT.
    let unitT = mode & 0x10 != 0 ? 0.15e-6 : 0.6e-6
    data = []
    for axis in 0..<3 {
      let gain = 1 + (Double(adjustment[axis]) - 128) * 0.5 / 128
      let counts = max(-32760, min(32760, (own[axis] / (unitT * gain)).rounded()))
      data += bigEndian(Int16(counts).byteSwapped)
    }
    hasOverflowed = abs(own.x) + abs(own.y) + abs(own.z) >= 4912e-6  // 6.4.6
    status = 0x01
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch register {
    case 0x0A: mode = value & 0x1F
    case 0x0B where value & 0x01 != 0: (mode, status) = (0, 0)
    default: return
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch register {
    case 0x00: return 0x48
    case 0x02: return status
    case 0x03...0x08: return data[Int(register) - 3]
    case 0x09:
      status = 0
      return (hasOverflowed ? 0x08 : 0) | (mode & 0x10)
    case 0x0A: return mode
    case 0x10...0x12: return mode & 0x0F == 0x0F ? adjustment[Int(register) - 0x10] : 0
    default: return 0
    }
  }

  package func next(after register: UInt8) -> UInt8 { register &+ 1 }
}
