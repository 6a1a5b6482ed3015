// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Quantities
import Threads

/// Where a mind thinks. The loop asks, and looks for the answer in every tick; it never waits.
public protocol MindSeat: AnyObject {
  /// How many numbers an action has.
  var actionCount: Int { get }
  /// How long a decision took that was only made to see how long it takes, s; 0 without a trial.
  var trialS: Double { get }
  /// Thinks about what `fill` writes. Only when the last question was answered.
  func ask(_ fill: (inout Percept) -> Void)
  /// The answer, once; nil while there is none.
  func answer() -> Decision?
}

/// The mind thinks in the tick that asks: every run is the same, and nothing else happens
/// meanwhile. For simulated time, and for minds that hardly think.
public final class SeatInTick: MindSeat {
  public let actionCount: Int
  public let trialS = 0.0
  private let mind: any Mind
  private let clock: any Clock
  private let deadline: Interval
  private var percept: Percept
  private var decision: Decision?
  private var answersAt = Instant.zero

  public init(_ mind: any Mind, board: BoardDescription, imuBins: Int, clock: any Clock) {
    (self.mind, self.clock, actionCount) = (mind, clock, mind.actionCount)
    percept = Percept(board: board, imuBins: imuBins)
    deadline = Interval(seconds: board.planner.deadlineS)
  }

  public func ask(_ fill: (inout Percept) -> Void) {
    fill(&percept)
    let begin = clock.now
    let limit = begin + deadline
    let clock = clock
    var made = mind.decide(percept) { clock.now >= limit }
    made.tookS = max(made.tookS, (clock.now - begin).seconds)
    answersAt = begin + Interval(seconds: made.tookS)
    decision = made
  }

  public func answer() -> Decision? {
    guard let made = decision, clock.now >= answersAt else { return nil }
    decision = nil
    return made
  }
}

/// The mind thinks on a thread of its own, while the body goes on feeling and moving.
///
/// ```
/// body: ask --percepts--> mind: decide --answers--> body: answer
/// ```
/// A mind that never comes back holds up nothing: its thread is left behind.
public final class MindThread: MindSeat {
  public let actionCount: Int
  public let trialS: Double
  private let work: Work
  private let thread: RoleThread
  /// The first touches memory, the second tells.
  private static let trials = 2
  private var asked: UInt64 = 0
  private var answered: UInt64 = 0

  /// A question or an answer, with its number.
  private struct Numbered<Value: Sendable>: Sendable {
    var number: UInt64 = 0
    var value: Value
  }

  /// What both threads hold. Unchecked: the mind belongs to its thread from the start on.
  private final class Work: @unchecked Sendable {
    let mind: any Mind
    let clock: any Clock
    let deadline: Interval
    let percepts: Mailbox<Numbered<Percept>>
    let answers = Mailbox(Numbered(value: Decision(action: .zero)))
    let wakeup = Wakeup()
    let isReady = Wakeup()

    init(_ mind: any Mind, _ board: BoardDescription, imuBins: Int, _ clock: any Clock) {
      (self.mind, self.clock) = (mind, clock)
      deadline = Interval(seconds: board.planner.deadlineS)
      percepts = Mailbox { Numbered(value: Percept(board: board, imuBins: imuBins)) }
    }

    /// The thread's life: ends when it is woken without a question.
    func run() {
      tryOut()
      while true {
        wakeup.wait()
        guard percepts.isFresh else { return }
        percepts.look { think(about: $0) }
      }
    }

    /// Decisions about nothing, which nobody follows: all storage is touched, and the last one
    /// tells how long the rest will take.
    private func tryOut() {
      var tookS = 0.0
      percepts.look { question in
        for _ in 0..<MindThread.trials {
          let begin = clock.now
          _ = mind.decide(question.value) { false }
          tookS = (clock.now - begin).seconds
        }
      }
      answers.put(Numbered(value: Decision(action: .zero, tookS: tookS)))
      isReady.wake()
    }

    private func think(about question: Numbered<Percept>) {
      let begin = clock.now
      let limit = begin + deadline
      var made = mind.decide(question.value) { clock.now >= limit }
      made.tookS = max(made.tookS, (clock.now - begin).seconds)
      answers.put(Numbered(number: question.number, value: made))
    }
  }

  /// The mind is the thread's from here on: nobody else may use it. Returns when it has been tried.
  ///
  /// - Parameter clock: one of real time that any thread may ask.
  public init(
    _ mind: any Mind, board: BoardDescription, imuBins: Int, clock: any Clock
  ) throws(ThreadError) {
    let work = Work(mind, board, imuBins: imuBins, clock)
    (self.work, actionCount) = (work, mind.actionCount)
    thread = try RoleThread(.mind) { work.run() }
    work.isReady.wait()
    trialS = work.answers.newest.value.tookS
  }

  deinit {
    work.wakeup.wake()
    thread.detach()
  }

  /// Why it is no more urgent than others.
  public var refusal: ThreadRefusal? { thread.refusal }

  public func ask(_ fill: (inout Percept) -> Void) {
    asked += 1
    let number = asked
    work.percepts.fill { question in
      question.number = number
      fill(&question.value)
    }
    work.wakeup.wake()
  }

  public func answer() -> Decision? {
    guard work.answers.isFresh, answered < asked else { return nil }
    let answer = work.answers.newest
    answered = answer.number
    return answered == asked ? answer.value : nil
  }
}
