// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety

/// How the loop stands after a tick: what other threads may know of it.
public struct LoopStatus: Sendable {
  public var at = Instant.zero
  public var state = SafetyState.booting
  /// All that is wrong now and has been for as long as its failsafe waits.
  public var active = RefusalSet()
  public var senses = Senses()
  public var command: SafeCommand
  public var lastDecision: Decision?
  /// The share of its futures that the mind is asked to imagine.
  public var effort: Float = 1
  public var ticks = 0
  public var missedTicks = 0
  public var decisions = 0
  /// The newest picture; nil without a camera.
  public var frame: Frame?
  /// Dead reckoning since it was armed: m, m, rad; nil without a drive.
  public var poseMMRad: SIMD3<Double>?
  /// What a driver said last of what went wrong.
  public var lastError: DeviceError?
  public var guardTrouble: GuardTrouble?

  init(_ loop: ControlLoop) {
    command = loop.lastCommand
    frame = loop.perception.frame
  }
}

extension ControlLoop {
  /// Writes how it stands, in place.
  func tell(_ status: inout LoopStatus) {
    witness?.will(.tell)
    status.at = body.clock.now
    (status.state, status.active) = (gate.state, gate.active)
    (status.senses, status.command) = (perception.senses, lastCommand)
    (status.lastDecision, status.effort) = (lastDecision, effort.share)
    (status.ticks, status.missedTicks, status.decisions) = (ticks, missedTicks, decisions)
    if let frame = perception.frame, frame.sequence != status.frame?.sequence {
      status.frame?.copy(frame)
    }
    status.poseMMRad = perception.odometry.map { SIMD3($0.xM, $0.yM, $0.headingRad) }
    status.lastError = perception.lastError
    status.guardTrouble = guarded?.trouble(now: status.at)
  }
}

/// Reads how a loop stands into storage of its own.
package final class StatusReader {
  package private(set) var status: LoopStatus
  private let loop: ControlLoop

  package init(_ loop: ControlLoop) { (self.loop, status) = (loop, LoopStatus(loop)) }

  package func read() { loop.tell(&status) }
}
