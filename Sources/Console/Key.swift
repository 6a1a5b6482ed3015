// SPDX-License-Identifier: Apache-2.0

/// One thing that somebody, or their terminal, sends.
public enum Key: Equatable, Sendable {
  /// A printable ASCII character.
  case text(UInt8)
  case enter, backspace, delete, tab
  case left, right, up, down, home, end
  /// With the control key: its letter, upper case.
  case control(UInt8)
  /// What is between these was pasted (bracketed paste).
  case pasteBegins, pasteEnds
  /// The terminal's answers: that it understands ANSI, where its cursor is, how large it is.
  case isReady
  case cursorAt(row: Int, column: Int)
  case size(rows: Int, columns: Int)
  /// Nothing that means anything here.
  case unknown
}

/// Makes keys of bytes, whatever terminal sends them, cut wherever they are.
///
/// Source: ECMA-48 (CSI: 5.4), the VT220 and xterm manuals for what keys send; CR, LF and CR LF are
/// one enter each.
struct KeyDecoder {
  /// No answer of a terminal is longer.
  private static let longest = 16

  private enum State {
    case plain, escape, single
    case sequence([UInt8])
  }

  private var state = State.plain
  private var wasReturn = false

  /// The key that this byte completes; nil when it completes none.
  mutating func take(_ byte: UInt8) -> Key? {
    switch state {
    case .plain: return plain(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence([])
      case UInt8(ascii: "O"): state = .single
      case 0x1B: break
      default:
        state = .plain
        return byte < 0x20 || byte == 0x7F ? plain(byte) : .unknown
      }
      return nil
    case .single:
      state = .plain
      return byte < 0x20 ? plain(byte) : Self.letter(byte)
    case .sequence(let bytes): return sequence(bytes, byte)
    }
  }

  private mutating func plain(_ byte: UInt8) -> Key? {
    let followsReturn = wasReturn
    wasReturn = byte == 0x0D
    switch byte {
    case 0x0A where followsReturn: return nil
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x09: return .tab
    case 0x1B:
      state = .escape
      return nil
    case 0x01..<0x20: return .control(byte + 0x40)
    case 0x20..<0x7F: return .text(byte)
    default: return .unknown
    }
  }

  private mutating func sequence(_ bytes: [UInt8], _ byte: UInt8) -> Key? {
    switch byte {
    case 0x20..<0x40 where bytes.count < Self.longest:
      state = .sequence(bytes + [byte])
      return nil
    case 0x40..<0x7F:
      state = .plain
      return Self.key(bytes, byte)
    case 0x00..<0x20:
      // Not of this sequence: somebody went on typing.
      state = .plain
      return plain(byte)
    default:
      state = .plain
      return .unknown
    }
  }

  private static func letter(_ byte: UInt8) -> Key {
    switch byte {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    default: .unknown
    }
  }

  private static func key(_ bytes: [UInt8], _ last: UInt8) -> Key {
    let numbers = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    switch (last, numbers.count) {
    case (UInt8(ascii: "R"), 2): return .cursorAt(row: numbers[0], column: numbers[1])
    case (UInt8(ascii: "t"), 3) where numbers[0] == 8:
      return .size(rows: numbers[1], columns: numbers[2])
    case (UInt8(ascii: "n"), 1) where numbers[0] == 0: return .isReady
    case (UInt8(ascii: "~"), 1):
      switch numbers[0] {
      case 1, 7: return .home
      case 4, 8: return .end
      case 3: return .delete
      case 200: return .pasteBegins
      case 201: return .pasteEnds
      default: return .unknown
      }
    default: return letter(last)
    }
  }
}
