// SPDX-License-Identifier: Apache-2.0
import MallocCount
import Testing
import Threads

@Suite("Mailbox")
struct MailboxTests {
  @Test("The reader has the newest value, again and again, until there is a newer one")
  func newest() {
    let box = Mailbox(0)
    #expect(box.newest == 0 && !box.isFresh)
    for value in 1...5 { box.put(value) }
    #expect(box.isFresh)
    #expect(box.newest == 5 && box.newest == 5 && !box.isFresh)
    box.put(6)
    #expect(box.look { $0 + 1 } == 7)
  }

  @Test("What a writer fills in place needs no memory", .enabled(if: umwelt_malloc_count_works()))
  func inPlace() {
    let box = Mailbox { [Int](repeating: 0, count: 100) }
    umwelt_malloc_count_start()
    for round in 0..<10 {
      box.fill { values in for i in values.indices { values[i] = round } }
      _ = box.look { $0[99] }
    }
    #expect(umwelt_malloc_count_stop().allocations == 0)
    #expect(box.newest == [Int](repeating: 9, count: 100))
  }

  @Test("Between two threads every value is whole, and none is older than the one before")
  func threads() throws {
    let box = Mailbox { [Int](repeating: 0, count: 64) }
    let rounds = 200_000
    let writer = try RoleThread(ThreadRole("writer", .nice(0))) {
      for round in 1...rounds {
        box.fill { values in for i in values.indices { values[i] = round } }
      }
    }
    var last = 0
    var (torn, backwards) = (0, 0)
    while last < rounds {
      box.look { values in
        if values.contains(where: { $0 != values[0] }) { torn += 1 }
        if values[0] < last { backwards += 1 }
        last = values[0]
      }
    }
    #expect(writer.join(withinS: 10))
    #expect(torn == 0 && backwards == 0)
  }
}

@Suite("Ring")
struct RingTests {
  @Test("What does not fit is counted, what fits comes out in order")
  func full() {
    let ring = Ring(capacity: 3, of: 0)
    #expect(ring.pop() == nil)
    #expect((1...5).map { ring.push($0) } == [true, true, true, false, false])
    #expect(ring.lostCount == 2)
    #expect(ring.pop() == 1)
    #expect(ring.push(6))
    #expect([ring.pop(), ring.pop(), ring.pop(), ring.pop()] == [2, 3, 6, nil])
  }

  @Test("Between two threads nothing is lost uncounted, doubled or out of order")
  func threads() throws {
    let ring = Ring(capacity: 16, of: 0)
    let count = 300_000
    let box = Mailbox(0)
    let writer = try RoleThread(ThreadRole("writer", .nice(0))) {
      for value in 1...count { ring.push(value) }
      box.put(1)
    }
    var (taken, last, disorder) = (0, 0, 0)
    while true {
      let isLast = box.newest == 1
      while let value = ring.pop() {
        if value <= last { disorder += 1 }
        (last, taken) = (value, taken + 1)
      }
      if isLast { break }
    }
    #expect(writer.join(withinS: 10))
    #expect(disorder == 0)
    #expect(taken + ring.lostCount == count)
  }
}
