// SPDX-License-Identifier: Apache-2.0
import Board
import Intercom

/// What the console needs of the service around it. Thread: the console's.
public protocol ConsoleHost: AnyObject {
  /// The program's version.
  var version: String { get }
  /// "2026-11-24T18:40:00Z".
  var wallTime: String { get }
  /// The goal pictures that can be named.
  var goals: [String] { get }
  /// `PART FAULT` of all that can be broken; empty for a real robot.
  var injections: [String] { get }
  func goal(_ name: String) throws(ConsoleError) -> GoalPicture
  /// Keeps a picture as a goal; what it can be named from now on.
  func keep(_ picture: CameraPicture, as name: String) throws(ConsoleError) -> String
  /// Keeps what was set over the end of the service.
  func save(_ settings: BoardSettings) throws(ConsoleError)
  /// One line for the record: who changed what.
  func note(_ line: String)
}
