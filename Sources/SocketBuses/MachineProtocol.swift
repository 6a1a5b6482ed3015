// SPDX-License-Identifier: Apache-2.0
import Buses

/// What goes over the socket between a machine and those who use it.
///
/// One packet asks, one answers (SOCK_SEQPACKET keeps them apart); numbers are little-endian.
///
/// ```
/// question: version u8, operation u8, arguments
/// answer:   version u8, outcome u8,   results or what went wrong
/// ```
/// Texts are a length of one byte and UTF-8. Things are asked for by name, used by the number that
/// comes back, and given back when the connection ends. Times are CLOCK_MONOTONIC nanoseconds.
enum MachineProtocol {
  static let version: UInt8 = 1
  /// The longest packet: a picture of 256 x 256, or a write of the kernel's 8192 bytes.
  static let mostBytes = 200_000

  enum Operation: UInt8, CaseIterable {
    /// name -> number, bearsClockStretching
    case openBus = 1
    /// number, address, reads u16, bytes to write -> bytes read
    case transfer
    /// name, restsHigh -> number
    case openOutput
    /// number, high -> nothing
    case setOutput
    /// name -> number
    case openInput
    /// number -> high
    case readInput
    /// name, kind (0 rising, 1 falling, 2 both) -> number
    case openEdges
    /// number -> whether there is one, at i64, sequence u32, isRising
    case nextEdge
    /// name -> number, width u16, height u16
    case openCamera
    /// number, sequence held u32 -> whether there is a new one, at i64, sequence u32, pixels
    case latestFrame
    /// timeout in ms u32 -> timeout in ms u32
    case startWatchdog
    case kickWatchdog
    case stopWatchdog
    /// -> isSafe, since i64, changes u32, resets u32
    case standing
  }

  enum Outcome: UInt8 {
    case done = 0
    /// reason (empty for none), then the names that there are
    case hardwareError
    /// reason u8, errno i32
    case busError
    /// errno i32, of a line, a camera or a watchdog
    case refused
    /// The question was none.
    case misunderstood
  }
}

extension EdgeKind {
  var code: UInt8 {
    switch self {
    case .rising: 0
    case .falling: 1
    case .both: 2
    }
  }

  init?(code: UInt8) {
    switch code {
    case 0: self = .rising
    case 1: self = .falling
    case 2: self = .both
    default: return nil
    }
  }
}

extension I2CError.Reason {
  /// Its number and errno; a kernel driver's name is not told.
  var code: (reason: UInt8, errno: Int32) {
    switch self {
    case .noAcknowledge: (0, 0)
    case .busFault: (1, 0)
    case .timedOut: (2, 0)
    case .claimed: (3, 16)  // EBUSY
    case .system(let errno): (3, errno)
    }
  }

  init?(code: UInt8, errno: Int32) {
    switch code {
    case 0: self = .noAcknowledge
    case 1: self = .busFault
    case 2: self = .timedOut
    case 3: self = .system(errno: errno)
    default: return nil
    }
  }
}

extension PacketWriter {
  mutating func add(_ error: HardwareError) {
    add(error.reason ?? "")
    for name in error.available { add(name) }
  }
}

extension PacketReader {
  func hardwareError(_ kind: String, _ name: String) -> HardwareError? {
    var rest = self
    guard let reason = rest.text() else { return nil }
    var names: [String] = []
    while let name = rest.text() { names.append(name) }
    return HardwareError(
      kind: kind, name: name, available: names, reason: reason.isEmpty ? nil : reason)
  }
}
