// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Wakes one thread from another, which never waits itself.
///
/// Unchecked: a semaphore is made to be shared.
public final class Wakeup: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  public init() {
    semaphore = .allocate(capacity: 1)
    semaphore.initialize(to: sem_t())
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deinitialize(count: 1)
    semaphore.deallocate()
  }

  /// The next `wait`, or the present one, returns.
  public func wake() { sem_post(semaphore) }

  /// Returns when it was woken; several times woken before is once.
  public func wait() {
    while sem_wait(semaphore) != 0 {}
    while sem_trywait(semaphore) == 0 {}
  }
}
