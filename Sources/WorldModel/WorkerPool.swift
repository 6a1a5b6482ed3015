// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Work that several threads do at once, each its own share.
protocol SharedWork: AnyObject {
  /// Does worker `index`'s share; what it writes nobody else touches.
  func work(_ index: Int)
}

/// Threads that wait for work. The caller is worker 0, so a pool of one has no thread.
///
/// The shares are fixed by the worker's number, never by who is free: results do not depend on
/// timing. All is made at init; `run` allocates nothing.
final class WorkerPool {
  /// Workers, the caller included.
  let count: Int
  private let state: UnsafeMutablePointer<State>
  private var threads: [pthread_t] = []

  /// What the threads share, guarded by `mutex`.
  private struct State {
    var mutex = pthread_mutex_t()
    var changed = pthread_cond_t()
    /// Alive during `run` only.
    var work: (any SharedWork)?
    /// Counts calls of `run`.
    var call = 0
    /// Threads that have not finished the present call.
    var busy = 0
    var isEnding = false
    /// The next thread to start takes this number.
    var next = 1
  }

  /// Precondition: workers > 0.
  init(workers: Int) {
    precondition(workers > 0)
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    pthread_mutex_init(&state.pointee.mutex, nil)
    pthread_cond_init(&state.pointee.changed, nil)
    for _ in 1..<workers {
      var thread = pthread_t()
      // SAFETY: the state outlives the threads: deinit joins them before it goes.
      let code = pthread_create(
        &thread, nil,
        { argument in
          if let argument { WorkerPool.serve(argument.assumingMemoryBound(to: State.self)) }
          return nil
        }, state)
      // Too few threads make it slower, never wrong: the shares go by `count`.
      if code != 0 { break }
      threads.append(thread)
    }
    count = threads.count + 1
  }

  deinit {
    pthread_mutex_lock(&state.pointee.mutex)
    state.pointee.isEnding = true
    pthread_cond_broadcast(&state.pointee.changed)
    pthread_mutex_unlock(&state.pointee.mutex)
    for thread in threads { pthread_join(thread, nil) }
    pthread_cond_destroy(&state.pointee.changed)
    pthread_mutex_destroy(&state.pointee.mutex)
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Has every worker do its share, and returns when all have.
  func run(_ work: any SharedWork) {
    if count == 1 { return work.work(0) }
    pthread_mutex_lock(&state.pointee.mutex)
    state.pointee.work = work
    state.pointee.busy = count - 1
    state.pointee.call += 1
    pthread_cond_broadcast(&state.pointee.changed)
    pthread_mutex_unlock(&state.pointee.mutex)
    work.work(0)
    pthread_mutex_lock(&state.pointee.mutex)
    while state.pointee.busy > 0 {
      pthread_cond_wait(&state.pointee.changed, &state.pointee.mutex)
    }
    state.pointee.work = nil
    pthread_mutex_unlock(&state.pointee.mutex)
  }

  /// A thread's life.
  private static func serve(_ state: UnsafeMutablePointer<State>) {
    pthread_mutex_lock(&state.pointee.mutex)
    let index = state.pointee.next
    state.pointee.next += 1
    var done = 0
    while true {
      while state.pointee.call == done && !state.pointee.isEnding {
        pthread_cond_wait(&state.pointee.changed, &state.pointee.mutex)
      }
      if state.pointee.isEnding { break }
      done = state.pointee.call
      // Let go of before the next wait frees the mutex, and so before `run` returns: this thread
      // never holds the last reference, whose end would have it join itself.
      let work = state.pointee.work
      pthread_mutex_unlock(&state.pointee.mutex)
      work?.work(index)
      pthread_mutex_lock(&state.pointee.mutex)
      state.pointee.busy -= 1
      if state.pointee.busy == 0 { pthread_cond_broadcast(&state.pointee.changed) }
    }
    pthread_mutex_unlock(&state.pointee.mutex)
  }
}
