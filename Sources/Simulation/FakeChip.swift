// SPDX-License-Identifier: Apache-2.0

/// A chip on the simulated bus, as its datasheet describes it: a file of 8-bit registers behind a
/// register pointer.
package protocol FakeChip: AnyObject {
  /// What the chip does when this register is written.
  func write(_ value: UInt8, to register: UInt8)
  /// What the chip answers when this register is read; reads may have side effects.
  func read(_ register: UInt8) -> UInt8
  /// Where the pointer goes after an access.
  func next(after register: UInt8) -> UInt8
}

/// What can be wrong with a simulated part.
public enum Fault: String, CaseIterable, Sendable {
  /// Works.
  case ok
  /// Does not answer.
  case off
  /// Answers, but its data never change.
  case stuck
  /// Answers with random data.
  case garbage
  /// Another chip sits there: the identity register is different.
  case wrong
}
