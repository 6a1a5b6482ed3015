// SPDX-License-Identifier: Apache-2.0
import Intercom
import Quantities
import Safety
import Synchronization
import Threads

/// The control loop on a thread of its own, and the way to it from others.
///
/// ```
/// others: ask --ticket--> between two ticks -- answer, status, tick records --> others
/// ```
/// Nobody can hold it up: requests are taken when it comes to them, and what it tells is read when
/// others come to that. It ends disarmed. Thread: one owner for all that is asked of it.
public final class LoopThread {
  private let work: Work
  private let thread: RoleThread
  /// Kept until they are answered: the loop's thread never has to give their memory back.
  private var waiting: [Ticket] = []
  private var hasBeenEnded = false

  /// What both threads hold. Unchecked: the loop belongs to its thread from the start on.
  private final class Work: @unchecked Sendable {
    /// Ten seconds of ticks at 100 Hz: as long as a reader may be away.
    static let mostTicks = 1000
    /// More requests than a reader could send in a tick.
    static let mostRequests = 16

    let loop: ControlLoop
    let status: Mailbox<LoopStatus>
    let ticks: Ring<TickRecord>
    let tickets = Ring<Ticket?>(capacity: mostRequests, of: nil)
    /// Not in the ring: nothing may be in their way.
    let isStopAsked = Atomic<Bool>(false)
    let isEndAsked = Atomic<Bool>(false)
    let console: ConsoleLink?

    init(_ loop: ControlLoop, _ console: ConsoleLink?) {
      (self.loop, self.console) = (loop, console)
      status = Mailbox { LoopStatus(loop) }
      ticks = Ring(capacity: Self.mostTicks, of: loop.lastTick)
    }

    func run() {
      while true {
        if isStopAsked.exchange(false, ordering: .acquiring) { loop.stop(.operatorStop) }
        while let ticket = tickets.pop() { if let ticket, ticket.take() { carryOut(ticket) } }
        if isEndAsked.load(ordering: .acquiring) { return loop.leave() }
        loop.tick()
        console?.serve(loop)
        ticks.push(loop.lastTick)
        status.fill { loop.tell(&$0) }
      }
    }

    private func carryOut(_ ticket: Ticket) {
      ticket.answer(loop.carryOut(ticket.request) ?? .impossible)
    }
  }

  /// Starts to tick. The loop, started before, is the thread's from here on.
  ///
  /// - Parameters:
  ///   - console: served after each tick, in the thread; it is the thread's, too.
  ///   - onBegin: done in the thread before the first tick.
  public init(
    _ loop: ControlLoop, console: ConsoleLink? = nil,
    onBegin: @escaping @Sendable () -> Void = {}
  ) throws(ThreadError) {
    let work = Work(loop, console)
    self.work = work
    thread = try RoleThread(.body) {
      onBegin()
      work.run()
    }
  }

  deinit { _ = end() }

  /// Why its thread is no more urgent than others.
  public var refusal: ThreadRefusal? { thread.refusal }

  /// How the loop stood after its last tick.
  public var status: LoopStatus { work.status.newest }

  /// The oldest tick that nobody has looked at; nil where there is none.
  public func nextTick() -> TickRecord? { work.ticks.pop() }

  /// Ticks that nobody looked at in time.
  public var ticksLost: Int { work.ticks.lostCount }

  /// Asks the loop, which answers before its next tick. Nil where it does not come to what it is
  /// asked any more.
  @discardableResult
  public func ask(_ request: RobotRequest) -> Ticket? {
    waiting.removeAll { $0.answer != nil }
    let ticket = Ticket(request)
    guard work.tickets.push(ticket) else { return nil }
    waiting.append(ticket)
    return ticket
  }

  /// Stops it, whatever else it was asked.
  public func stop() { work.isStopAsked.store(true, ordering: .releasing) }

  /// Ends it, disarmed; false where it does not come to its end within a second: outputs that are
  /// still on are the guard's and the watchdog's then.
  public func end() -> Bool {
    guard !hasBeenEnded else { return thread.hasEnded }
    hasBeenEnded = true
    work.isEndAsked.store(true, ordering: .releasing)
    return thread.join(withinS: 1)
  }

  /// Processor time that its thread has used, s; nil once it has ended.
  public var cpuTimeS: Double? { thread.cpuTimeS }
}

extension ControlLoop {
  /// What came of a request that the loop can carry out alone; nil for the others.
  func carryOut(_ request: RobotRequest) -> Ticket.Answer? {
    switch request {
    case .arm:
      let refusals = arm()
      return refusals.isEmpty ? .done : .refused(RefusalSet(refusals))
    case .disarm: disarm()
    case .acknowledge: acknowledge()
    case .goal, .change, .inject: return nil
    }
    return .done
  }
}
