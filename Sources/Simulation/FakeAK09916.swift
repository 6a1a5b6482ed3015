// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The AK09916 at register level, made from AKM's AK09916 datasheet 016014242-E-02 (sections 9 and
/// 11): identity, modes, measurement, overflow.
package final class FakeAK09916: FakeMagnetometer {
  package var pointer: UInt8 = 0
  package var isConnected = false

  private var mode: UInt8 = 0
  private var status: UInt8 = 0
  private var hasOverflowed = false
  private var data = [UInt8](repeating: 0, count: 6)
  private var dueAt = Instant.zero

  package init() {}

  /// Its y and z point the other way than the IMU's (ICM-20948 DS-000189 figure 13).
  package func feel(_ fieldT: Vector3, now: Instant) {
    // 9.3: continuous modes 1 to 4.
    let ratesHz: [UInt8: Int64] = [0x02: 10, 0x04: 20, 0x06: 50, 0x08: 100]
    guard let rateHz = ratesHz[mode], now >= dueAt else { return }
    dueAt = now + Interval(nanoseconds: 1_000_000_000 / rateHz)
    data = []
    for value in [fieldT.x, -fieldT.y, -fieldT.z] {
      let counts = max(-32752, min(32752, (value / 0.15e-6).rounded()))
      data += bigEndian(Int16(counts).byteSwapped)
    }
    hasOverflowed = abs(fieldT.x) + abs(fieldT.y) + abs(fieldT.z) >= 4912e-6  // 9.4.4
    status = 0x01
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch register {
    case 0x31: mode = value & 0x1F
    case 0x32 where value & 0x01 != 0: (mode, status) = (0, 0)
    default: return
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    switch register {
    case 0x00: return 0x48
    case 0x01: return 0x09
    case 0x10: return status
    case 0x11...0x16: return data[Int(register) - 0x11]
    case 0x18:
      status = 0
      return hasOverflowed ? 0x08 : 0
    case 0x31: return mode
    default: return 0
    }
  }

  package func next(after register: UInt8) -> UInt8 { register &+ 1 }
}
