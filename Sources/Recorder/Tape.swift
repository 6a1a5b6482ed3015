// SPDX-License-Identifier: Apache-2.0

/// All that comes to one thread of the loop from outside, in order: with it the thread does again
/// what it did, byte for byte.
///
/// ```
/// run:    loop --calls--> RecordingHardware --calls--> chips      each call and result to the tape
/// replay: loop --calls--> ReplayHardware                          each call checked, result given
/// ```
/// Both sides of it look alike to the loop. Thread: the one whose tape it is.
public protocol Tape: AnyObject {
  /// What somebody does to the loop, just before it happens: a replay does the same there.
  func mark(_ act: TapeAct)

  /// A value that comes from another thread: recorded, or replaced by what was recorded.
  func exchange(_ label: UInt8, _ bytes: UnsafeMutableRawBufferPointer)
}

extension Tape {
  /// The same for any value without references.
  public func exchange<Value: BitwiseCopyable>(_ label: UInt8, _ value: inout Value) {
    withUnsafeMutableBytes(of: &value) { exchange(label, $0) }
  }
}

/// What is done to a loop from outside. The number says of what kind, where there are several.
public enum TapeAct: Equatable, Sendable {
  case start
  case arm
  case disarm
  case acknowledge
  /// The raw value of the refusal.
  case stop(Int)
  case latch(Int)
  /// What speaks against arming is asked; how the loop stands is written down.
  case refusals
  case tell
  case leave

  var code: (kind: UInt8, number: Int) {
    switch self {
    case .start: (0, 0)
    case .arm: (1, 0)
    case .disarm: (2, 0)
    case .acknowledge: (3, 0)
    case .stop(let reason): (4, reason)
    case .latch(let reason): (5, reason)
    case .refusals: (6, 0)
    case .tell: (7, 0)
    case .leave: (8, 0)
    }
  }

  init?(kind: UInt8, number: Int) {
    switch kind {
    case 0: self = .start
    case 1: self = .arm
    case 2: self = .disarm
    case 3: self = .acknowledge
    case 4: self = .stop(number)
    case 5: self = .latch(number)
    case 6: self = .refusals
    case 7: self = .tell
    case 8: self = .leave
    default: return nil
    }
  }
}

/// What is on a tape: what was asked, and what came of it.
///
/// ```
/// kind (1) part (1) bytes of the question (3) bytes of the answer (3) question answer
/// ```
enum TapeCall: UInt8 {
  /// A part is asked for by its name.
  case open = 1
  case now, sleep
  case transfer, batch
  case setLine, level, edge
  case startPWM, setPWM, stopPWM
  case frame, computer
  case mark, exchange

  /// Of an entry, before the question.
  static let headBytes = 8

  /// Whether it only asks: there is something to be had again for another run.
  var isReading: Bool {
    switch self {
    case .now, .transfer, .batch, .level, .edge, .frame, .computer, .exchange, .open: true
    case .sleep, .setLine, .startPWM, .setPWM, .stopPWM, .mark: false
    }
  }
}

/// The parts of a machine, as `open` numbers them.
enum TapePart: UInt8 {
  case bus, output, input, edges, pwm, camera, computer
}
