// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// Moves what the robot can move, and accepts only what passed the gate.
public protocol Actuators: AnyObject {
  /// Which set points of a command these follow.
  var setPoints: Range<Int> { get }

  /// Checks and configures the chips, everything off.
  func start(clock: any Clock) throws(DeviceError)

  /// Carries the command out; one that is not enabled switches off.
  /// Precondition: setPoints.upperBound <= command.count.
  func apply(_ command: SafeCommand) throws(DeviceError)

  /// Everything off, whatever state the buses are in. Idempotent.
  func stop()
}
