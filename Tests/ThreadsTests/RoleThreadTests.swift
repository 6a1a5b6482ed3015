// SPDX-License-Identifier: Apache-2.0
import Testing
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("Threads with roles")
struct RoleThreadTests {
  static let camera = ThreadRole("umwelt-camera", .fifo(40))

  /// What a thread says of itself.
  private struct Portrait: Sendable {
    var name = ""
    var policy: Int32 = -1
    var priority: Int32 = -1
    var nice: Int32 = -100
    var blocksInterrupts = false
    var blocksFaults = true
  }

  private static func ofThisThread() -> Portrait {
    var portrait = Portrait()
    portrait.name = ownName()
    var parameters = sched_param()
    // Not pthread_getschedparam: glibc keeps what it was told once.
    portrait.policy = sched_getscheduler(0)
    sched_getparam(0, &parameters)
    portrait.priority = parameters.sched_priority
    portrait.nice = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    portrait.blocksInterrupts = sigismember(&mask, SIGINT) == 1
    portrait.blocksFaults = sigismember(&mask, SIGSEGV) == 1
    return portrait
  }

  private func portrait(_ role: ThreadRole) throws -> (Portrait, ThreadRefusal?) {
    let box = Mailbox(Portrait())
    let thread = try RoleThread(role) {
      box.put(Self.ofThisThread())
    }
    #expect(thread.join(withinS: 10))
    return (box.newest, thread.refusal)
  }

  /// What the kernel calls this thread.
  private static func ownName() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    let file = open("/proc/thread-self/comm", O_RDONLY)
    defer { close(file) }
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count - 1, 0)), as: UTF8.self)
  }

  @Test("A thread has its name, and leaves signals to the first thread but for its own faults")
  func name() throws {
    let (portrait, _) = try portrait(Self.camera)
    #expect(portrait.name == "umwelt-camera")
    #expect(portrait.blocksInterrupts && !portrait.blocksFaults)
  }

  @Test(
    "A thread has the urgency of its role, or says why not",
    arguments: [ThreadRole.body, camera, .mind, ThreadRole("writer", .ordinary)])
  func urgency(role: ThreadRole) throws {
    let (portrait, refusal) = try portrait(role)
    if let refusal {
      #expect(refusal.errno == EPERM || refusal.errno == EACCES)
      #expect(refusal.description.contains("setcap"))
      return
    }
    switch role.urgency {
    case .fifo(let priority):
      // SCHED_RESET_ON_FORK is told with the policy.
      #expect(portrait.policy & 0xFF == SCHED_FIFO && portrait.priority == priority)
    case .ordinary: #expect(portrait.policy == SCHED_OTHER && portrait.nice == 0)
    case .leisure: #expect(portrait.nice == 19)
    }
  }

  @Test("Threads made while an urgency is lent keep it; the lender gives it back")
  func lent() throws {
    let box = Mailbox(Portrait())
    RealTime.lend(.mind) {
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<Mailbox<Portrait>>.fromOpaque(argument).takeUnretainedValue()
            .put(RoleThreadTests.ofThisThread())
          return nil
        }, Unmanaged.passUnretained(box).toOpaque())
      pthread_join(thread, nil)
    }
    let portrait = box.newest
    #expect(sched_getscheduler(0) == SCHED_OTHER)
    // Without the right nothing is lent.
    let isAllowed = try self.portrait(.mind).1 == nil
    #expect(portrait.policy == (isAllowed ? SCHED_FIFO : SCHED_OTHER))
    let role = ThreadRole("worker", .ordinary)
    let (ordinary, refusal) = try RealTime.lend(.mind) { try self.portrait(role) }
    #expect(refusal == nil && ordinary.policy == SCHED_OTHER, "whoever makes it")
  }

  @Test("One that never ends is let go")
  func endless() throws {
    let wakeup = Wakeup()
    let thread = try RoleThread(.mind) { wakeup.wait() }
    #expect(!thread.hasEnded)
    #expect(thread.cpuTimeS.map { $0 >= 0 && $0 < 10 } == true)
    #expect(!thread.join(withinS: 0.02))
    wakeup.wake()
  }

  @Test("Woken before it waits it does not wait; woken often it wakes once")
  func wakeups() throws {
    let (wakeup, answer) = (Wakeup(), Wakeup())
    let count = Mailbox(0)
    for _ in 0..<5 { wakeup.wake() }
    let thread = try RoleThread(Self.camera) {
      wakeup.wait()
      count.put(1)
      answer.wake()
      wakeup.wait()
      count.put(2)
    }
    answer.wait()
    #expect(!thread.join(withinS: 0.05) && count.newest == 1)
    wakeup.wake()
  }

  @Test("Every error says what to do")
  func errors() {
    #expect("\(ThreadError(role: "umwelt-mind", errno: 11))".contains("End other programs"))
    for urgency in [ThreadRole.Urgency.fifo(5), .ordinary, .leisure] {
      let refusal = ThreadRefusal(role: ThreadRole("x", urgency), errno: 1)
      #expect("\(refusal)".contains("(errno 1)"))
    }
  }
}
