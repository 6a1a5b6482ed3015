// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Synchronization
import Threads

/// The way between a loop and the console; neither waits for the other, whatever the other does.
///
/// ```
/// console: send, stop --tickets, a flag--> loop: takeStop, nextTicket   (between two ticks)
/// console: snapshot, picture <--mailboxes-- loop: tell, show
/// ```
public final class RobotLink: ConsoleRobot, Sendable {
  /// More than one person gives at once.
  static let mostTickets = 8

  private let tickets = Ring<Ticket?>(capacity: mostTickets, of: nil)
  private let told = Mailbox(RobotSnapshot())
  private let shown: Mailbox<CameraPicture>
  private let hasPicture = Atomic<Bool>(false)
  private let isStopAsked = Atomic<Bool>(false)

  /// - Parameters:
  ///   - width, height: of the camera's pictures; 0 without one.
  public init(width: Int, height: Int) {
    shown = Mailbox {
      CameraPicture(width: width, pixels: [UInt8](repeating: 0, count: 3 * width * height))
    }
  }

  // The console's side.

  public var snapshot: RobotSnapshot { told.newest }

  public func send(_ ticket: Ticket) -> Bool { tickets.push(ticket) }

  public func stop() { isStopAsked.store(true, ordering: .releasing) }

  public func picture() -> CameraPicture? {
    hasPicture.load(ordering: .acquiring) ? shown.newest : nil
  }

  // The loop's side.

  /// Whether somebody has asked for a stop since the last look. Thread: any that can stop it.
  public func takeStop() -> Bool { isStopAsked.exchange(false, ordering: .acquiring) }

  /// The oldest request that is still wanted; it is to be answered. Thread: the loop.
  public func nextTicket() -> Ticket? {
    while let ticket = tickets.pop() {
      if let ticket, ticket.take() { return ticket }
    }
    return nil
  }

  /// Fills in how it stands. Thread: the loop.
  public func tell(_ fill: (inout RobotSnapshot) -> Void) { told.fill(fill) }

  /// Copies a picture; of another size it is left out. Thread: the loop, or the camera's.
  public func show(_ pixels: [UInt8]) {
    var isTaken = false
    shown.fill { picture in
      guard picture.pixels.count == pixels.count else { return }
      picture.pixels.withUnsafeMutableBufferPointer { target in
        pixels.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) }
      }
      isTaken = true
    }
    if isTaken { hasPicture.store(true, ordering: .releasing) }
  }
}
