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
  /// What a thread says of itself.
  private struct Portrait: Sendable {
    var name = ""
    var policy: Int32 = -1
    var priority: Int32 = -1
    var nice: Int32 = -100
    var blocksInterrupts = false
    var blocksFaults = true
  }

  private func portrait(_ role: ThreadRole) throws -> (Portrait, ThreadRefusal?) {
    let box = Mailbox(Portrait())
    let thread = try RoleThread(role) {
      var portrait = Portrait()
      portrait.name = ownName()
      var parameters = sched_param()
      pthread_getschedparam(pthread_self(), &portrait.policy, &parameters)
      portrait.priority = parameters.sched_priority
      portrait.nice = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
      var mask = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &mask)
      portrait.blocksInterrupts = sigismember(&mask, SIGINT) == 1
      portrait.blocksFaults = sigismember(&mask, SIGSEGV) == 1
      box.put(portrait)
    }
    #expect(thread.join(withinS: 10))
    return (box.newest, thread.refusal)
  }

  /// What the kernel calls this thread.
  private func ownName() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    let file = open("/proc/thread-self/comm", O_RDONLY)
    defer { close(file) }
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count - 1, 0)), as: UTF8.self)
  }

  @Test("A thread has its name, and leaves signals to the first thread but for its own faults")
  func name() throws {
    let (portrait, _) = try portrait(.camera)
    #expect(portrait.name == "umwelt-camera")
    #expect(portrait.blocksInterrupts && !portrait.blocksFaults)
  }

  @Test(
    "A thread has the urgency of its role, or says why not",
    arguments: [ThreadRole.body, .camera, .mind])
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
    case .nice(let nice): #expect(portrait.policy == SCHED_OTHER && portrait.nice == nice)
    case .leisure: #expect(portrait.nice == 19)
    }
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
    let thread = try RoleThread(.camera) {
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
    for urgency in [ThreadRole.Urgency.fifo(5), .nice(-3), .leisure] {
      let refusal = ThreadRefusal(role: ThreadRole("x", urgency), errno: 1)
      #expect("\(refusal)".contains("(errno 1)"))
    }
  }
}
