// SPDX-License-Identifier: Apache-2.0
import CLinux
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a thread is there for, and how much of a hurry it is in.
public struct ThreadRole: Sendable, Equatable {
  /// How the kernel chooses it over others.
  public enum Urgency: Sendable, Equatable {
    /// First in, first out, before all of lower priority: for short work on time.
    case fifo(Int32)
    /// Like all others, whoever makes it.
    case ordinary
    /// When nobody else wants the processor.
    case leisure
  }

  /// At most 15 bytes, as the kernel keeps it: `top -H` shows it.
  public let name: String
  public let urgency: Urgency

  package init(_ name: String, _ urgency: Urgency) { (self.name, self.urgency) = (name, urgency) }

  /// IMU, attitude, gate and actuators. Below umwelt-guard (80), above all else of the robot's.
  public static let body = ThreadRole("umwelt-body", .fifo(50))
  /// Encodes and imagines, before all that is not the robot's. Its deadline keeps it below what the
  /// kernel leaves to real-time threads (95 %).
  public static let mind = ThreadRole("umwelt-mind", .fifo(10))
}

/// A thread with a role, a stack that is in memory, and no signals: those are the first thread's.
public final class RoleThread: Sendable {
  /// Enough for every role; the default of 8 MB would stay in memory where that is locked.
  private static let stackBytes = 1 << 20
  /// Of these as much is touched at once, so that no later use has to wait for a page.
  private static let prefaultBytes: UInt64 = 128 << 10

  private let thread: pthread_t
  private let beginning: Beginning

  /// What the thread is given, and its report.
  private final class Beginning: Sendable {
    let role: ThreadRole
    let work: @Sendable () -> Void
    let refusal = Atomic<Int32>(0)
    let hasBegun = Wakeup()
    let hasEnded = Atomic<Bool>(false)

    init(_ role: ThreadRole, _ work: @escaping @Sendable () -> Void) {
      (self.role, self.work) = (role, work)
    }

    func run() {
      umwelt_thread_name(role.name)
      let refused: Int32 =
        switch role.urgency {
        case .fifo(let priority): RealTime.takePriority(priority)
        case .ordinary: RealTime.takeNone()
        case .leisure: -umwelt_thread_step_back()
        }
      refusal.store(refused, ordering: .relaxed)
      umwelt_thread_prepare(RoleThread.prefaultBytes)
      hasBegun.wake()
      work()
      hasEnded.store(true, ordering: .releasing)
    }
  }

  /// Starts it; returns when it runs with what urgency it was given.
  ///
  /// - Throws: `ThreadError` where the kernel has no more threads (EAGAIN).
  public init(_ role: ThreadRole, _ work: @escaping @Sendable () -> Void) throws(ThreadError) {
    beginning = Beginning(role, work)
    // SAFETY: the thread takes over the reference that is made here.
    let context = Unmanaged.passRetained(beginning)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    var made = pthread_t()
    let code = pthread_create(
      &made, &attributes,
      { argument in
        if let argument { Unmanaged<Beginning>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw ThreadError(role: role.name, errno: code)
    }
    thread = made
    beginning.hasBegun.wait()
  }

  /// Why it is no more urgent than others; nil where it is as its role says.
  public var refusal: ThreadRefusal? {
    let errno = beginning.refusal.load(ordering: .relaxed)
    return errno == 0 ? nil : ThreadRefusal(role: beginning.role, errno: errno)
  }

  /// Whether its work is done.
  public var hasEnded: Bool { beginning.hasEnded.load(ordering: .acquiring) }

  /// Waits until its work is done; false where it is not after so long, and the thread is let go:
  /// it may never end. Once.
  public func join(withinS seconds: Double) -> Bool {
    for _ in 0..<Int(seconds * 1000) where !hasEnded { usleep(1000) }
    guard hasEnded else {
      pthread_detach(thread)
      return false
    }
    join()
    return true
  }

  /// Waits until its work is done, however long that takes. Once.
  public func join() { pthread_join(thread, nil) }

  /// Lets it go: it ends by itself, or never.
  public func detach() { pthread_detach(thread) }

  /// Processor time that it has used, s; nil once it has ended.
  public var cpuTimeS: Double? {
    var clock = clockid_t()
    var time = timespec()
    guard !hasEnded, pthread_getcpuclockid(thread, &clock) == 0, clock_gettime(clock, &time) == 0
    else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// A thread cannot be had.
public struct ThreadError: Error, Equatable, CustomStringConvertible {
  public var role: String
  public var errno: Int32

  package init(role: String, errno: Int32) { (self.role, self.errno) = (role, errno) }

  public var description: String {
    "\(role): the kernel starts no more threads (errno \(errno)). End other programs, or raise "
      + "TasksMax of the service."
  }
}

/// The kernel gives a thread no urgency; it runs nevertheless.
public struct ThreadRefusal: Equatable, Sendable, CustomStringConvertible {
  public var role: ThreadRole
  public var errno: Int32

  package init(role: ThreadRole, errno: Int32) { (self.role, self.errno) = (role, errno) }

  public var description: String {
    let asked =
      switch role.urgency {
      case .fifo(let priority): "SCHED_FIFO priority \(priority)"
      case .ordinary: "what all have"
      case .leisure: "the least weight"
      }
    return "\(role.name) is not given \(asked) (errno \(errno)): under load it will be late, and "
      + "the robot slows or stops. Run it by its service, or give umwelt the right: "
      + "sudo setcap cap_sys_nice,cap_ipc_lock+ep umwelt"
  }
}
