// SPDX-License-Identifier: Apache-2.0
import Board
import Safety
import Synchronization

/// What the console asks of a robot. A loop looks for one between two ticks.
public enum RobotRequest: Sendable {
  case arm
  case disarm
  case acknowledge
  /// This picture shall be seen.
  case goal(GoalPicture)
  /// These settings hold from the next tick on.
  case change(SettingsChange)
  /// Simulation only: a part breaks.
  case inject(part: String, fault: String)
}

/// A goal in the format of the robot's model.
public struct GoalPicture: Equatable, Sendable {
  public var name: String
  /// Shape: [height, width, 3].
  public var pixels: [UInt8]

  public init(name: String, pixels: [UInt8]) { (self.name, self.pixels) = (name, pixels) }
}

/// A board with other settings than before, and what a loop has to look at.
public struct SettingsChange: Sendable {
  public var board: BoardDescription
  /// A limit changed: the gate takes it, which it does only while nothing moves.
  public var touchesGate: Bool
  /// How the mind weighs changed.
  public var touchesMind: Bool

  public init(board: BoardDescription, touchesGate: Bool, touchesMind: Bool) {
    (self.board, self.touchesGate, self.touchesMind) = (board, touchesGate, touchesMind)
  }
}

/// A request on its way, and what became of it.
///
/// ```
/// waiting --take()--> taken --answer--> done | refused | impossible
///    \---cancel()---> cancelled          (a loop that was stuck does not do it later)
/// ```
/// The console keeps the ticket until it is answered: a loop never has to give its memory back.
public final class Ticket: Sendable {
  /// What a loop says of a request.
  public enum Answer: Equatable, Sendable {
    case done
    /// All that speaks against it; empty where the robot moves and must not.
    case refused(RefusalSet)
    /// This robot cannot do that.
    case impossible
  }

  private enum State {
    static let waiting: UInt8 = 0
    static let taken: UInt8 = 1
    static let cancelled: UInt8 = 2
    static let done: UInt8 = 3
    static let refused: UInt8 = 4
    static let impossible: UInt8 = 5
  }

  public let request: RobotRequest
  private let state = Atomic<UInt8>(State.waiting)
  private let reasons = Atomic<UInt64>(0)

  public init(_ request: RobotRequest) { self.request = request }

  /// The loop begins with it; false when nobody wants it any more. Thread: the loop.
  public func take() -> Bool { move(from: State.waiting, to: State.taken) }

  /// Thread: the loop, after `take`.
  public func answer(_ answer: Answer) {
    switch answer {
    case .done: state.store(State.done, ordering: .releasing)
    case .impossible: state.store(State.impossible, ordering: .releasing)
    case .refused(let why):
      reasons.store(why.bits, ordering: .relaxed)
      state.store(State.refused, ordering: .releasing)
    }
  }

  /// False when the loop has it already. Thread: the console.
  public func cancel() -> Bool { move(from: State.waiting, to: State.cancelled) }

  /// What the loop said; nil while it has not. Thread: the console.
  public var answer: Answer? {
    switch state.load(ordering: .acquiring) {
    case State.done: .done
    case State.impossible: .impossible
    case State.refused: .refused(RefusalSet(bits: reasons.load(ordering: .relaxed)))
    default: nil
    }
  }

  private func move(from old: UInt8, to new: UInt8) -> Bool {
    state.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
  }
}
