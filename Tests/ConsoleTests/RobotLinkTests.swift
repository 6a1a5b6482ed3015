// SPDX-License-Identifier: Apache-2.0
import Foundation
import Intercom
import Safety
import Synchronization
import Testing

@Suite struct RobotLinkTests {
  @Test func aRequestGoesOverAndItsAnswerComesBack() throws {
    let link = RobotLink(width: 0, height: 0)
    let ticket = Ticket(.arm)
    #expect(link.send(ticket) && ticket.answer == nil)
    let taken = try #require(link.nextTicket())
    #expect(ticket.answer == nil && link.nextTicket() == nil)
    #expect(!ticket.cancel(), "the loop has it")
    let why = RefusalSet([.noImu, .tilted])
    taken.answer(.refused(why))
    #expect(ticket.answer == .refused(why))
    for answer in [Ticket.Answer.done, .impossible] {
      let other = Ticket(.disarm)
      #expect(link.send(other))
      try #require(link.nextTicket()).answer(answer)
      #expect(other.answer == answer)
    }
  }

  @Test func whatIsTakenBackIsNotDoneLater() {
    let link = RobotLink(width: 0, height: 0)
    let ticket = Ticket(.arm)
    #expect(link.send(ticket) && ticket.cancel())
    #expect(link.nextTicket() == nil)
    #expect(!ticket.take())
  }

  @Test func aFullMailboxRefusesButAStopIsHeard() {
    let link = RobotLink(width: 0, height: 0)
    for _ in 0..<8 { #expect(link.send(Ticket(.arm))) }
    #expect(!link.send(Ticket(.disarm)))
    link.stop()
    let wasAsked = link.takeStop()
    #expect(wasAsked)
    let isAskedAgain = link.takeStop()
    #expect(!isAskedAgain)
  }

  @Test func aPictureIsThereOnceItWasShown() {
    let link = RobotLink(width: 2, height: 1)
    #expect(link.picture() == nil)
    link.show([1, 2, 3])
    #expect(link.picture() == nil, "of another size")
    link.show([1, 2, 3, 4, 5, 6])
    #expect(link.picture()?.pixels == [1, 2, 3, 4, 5, 6])
  }

  /// Two threads, 100,000 snapshots: each that is read is one that was written.
  @Test func aSnapshotIsNeverHalfOfTwo() {
    let link = RobotLink(width: 0, height: 0)
    let isOver = Atomic<Bool>(false)
    let broken = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 2) { side in
      if side == 0 {
        for count in 1...100_000 {
          link.tell { ($0.ticks, $0.decisions, $0.busErrors) = (count, count, count) }
        }
        isOver.store(true, ordering: .releasing)
      } else {
        while !isOver.load(ordering: .acquiring) {
          let seen = link.snapshot
          let isWhole = seen.ticks == seen.decisions && seen.ticks == seen.busErrors
          if !isWhole { broken.add(1, ordering: .relaxed) }
        }
      }
    }
    #expect(broken.load(ordering: .relaxed) == 0)
    #expect(link.snapshot.ticks == 100_000)
  }
}
