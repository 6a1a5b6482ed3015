// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Testing

@Suite("A thread that steps back")
struct ThreadTests {
  /// What a thread says of itself after stepping back.
  private struct Words { var result: Int32 = -1, nice: Int32 = -1, policy: Int32 = -1 }

  @Test("It has the least weight of the ordinary class, whatever class it was born into")
  func stepBack() {
    let words = UnsafeMutablePointer<Words>.allocate(capacity: 1)
    words.initialize(to: Words())
    defer { words.deallocate() }
    var thread = pthread_t()
    // SAFETY: `words` outlives the thread, which is joined below.
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let words = argument?.assumingMemoryBound(to: Words.self) else { return nil }
        var batch = sched_param(sched_priority: 0)
        sched_setscheduler(0, 3, &batch)  // SCHED_BATCH of linux/sched.h
        words.pointee.result = umwelt_thread_step_back()
        words.pointee.nice = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        words.pointee.policy = sched_getscheduler(0)
        return nil
      }, words)
    #expect(code == 0)
    pthread_join(thread, nil)
    #expect(words.pointee.result == 0)
    #expect(words.pointee.nice == 19)
    #expect(words.pointee.policy == SCHED_OTHER)
  }
}
