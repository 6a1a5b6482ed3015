// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Synchronization
import Threads

/// The control loop on a thread of its own, and the way to it from others.
///
/// ```
/// others: ask --request--> between two ticks -- status, tick records --> others
/// ```
/// Nobody can hold it up: requests are taken when it comes to them, and what it tells is read when
/// others come to that. It ends disarmed. Thread: one owner for all that is asked of it.
public final class LoopThread {
  /// What is asked of the loop, between two ticks.
  public enum Request: UInt32, Sendable {
    case none, arm, disarm, stop, acknowledge, end
  }

  private let work: Work
  private let thread: RoleThread
  private var asked = 0
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
    let requests = Ring(capacity: mostRequests, of: Request.none)
    /// Not in the ring: nothing may be in its way.
    let isStopAsked = Atomic<Bool>(false)

    init(_ loop: ControlLoop) {
      self.loop = loop
      status = Mailbox { LoopStatus(loop) }
      ticks = Ring(capacity: Self.mostTicks, of: loop.lastTick)
    }

    func run() {
      var (answered, refusals) = (0, RefusalSet())
      while true {
        if isStopAsked.exchange(false, ordering: .acquiring) { loop.stop(.operatorStop) }
        while let request = requests.pop() {
          if request == .end { return leave(answered + 1) }
          if let found = loop.carryOut(request) { refusals = found }
          answered += 1
        }
        loop.tick()
        ticks.push(loop.lastTick)
        tell(answered, refusals)
      }
    }

    private func tell(_ answered: Int, _ refusals: RefusalSet) {
      status.fill { status in
        loop.tell(&status)
        (status.answered, status.refusals) = (answered, refusals)
      }
    }

    private func leave(_ answered: Int) {
      tell(answered, RefusalSet())
      loop.disarm()
      loop.guarded?.leave(now: loop.body.clock.now)
    }
  }

  /// Starts to tick. The loop, started before, is the thread's from here on.
  ///
  /// - Parameter onBegin: done in the thread before the first tick.
  public init(
    _ loop: ControlLoop, onBegin: @escaping @Sendable () -> Void = {}
  ) throws(ThreadError) {
    let work = Work(loop)
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

  /// Asks the loop; it answers after its next tick (`LoopStatus.answered` reaches the number).
  /// Nil where it does not come to its requests any more.
  @discardableResult
  public func ask(_ request: Request) -> Int? {
    if request == .stop {
      work.isStopAsked.store(true, ordering: .releasing)
      return asked
    }
    guard work.requests.push(request) else { return nil }
    asked += 1
    return asked
  }

  /// Ends it, disarmed; false where it does not come to its end within a second: outputs that are
  /// still on are the guard's and the watchdog's then.
  public func end() -> Bool {
    guard !hasBeenEnded else { return thread.hasEnded }
    hasBeenEnded = true
    ask(.end)
    return thread.join(withinS: 1)
  }

  /// Processor time that its thread has used, s; nil once it has ended.
  public var cpuTimeS: Double? { thread.cpuTimeS }
}

extension ControlLoop {
  /// What speaks against it, where it was asked to arm.
  func carryOut(_ request: LoopThread.Request) -> RefusalSet? {
    switch request {
    case .arm: return RefusalSet(arm())
    case .disarm: disarm()
    case .acknowledge: acknowledge()
    case .none, .stop, .end: break
    }
    return nil
  }
}
