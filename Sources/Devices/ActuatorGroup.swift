// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// Several actuators under one command. They succeed together or stop together.
public final class ActuatorGroup: Actuators, RestsFirst {
  public let setPoints: Range<Int>
  private let members: [any Actuators]
  private let resting: [any RestsFirst]
  private let others: [any Actuators]

  /// - Parameter members: in the order in which they start and come to rest; at least one. Bridges
  ///   before ESCs: they sleep by a line, which waits for no bus.
  public init(_ members: [any Actuators]) {
    precondition(!members.isEmpty, "a group of nothing moves nothing")
    self.members = members
    resting = members.compactMap { $0 as? any RestsFirst }
    others = members.filter { !($0 is any RestsFirst) }
    let lower = members.map(\.setPoints.lowerBound).min() ?? 0
    setPoints = lower..<(members.map(\.setPoints.upperBound).max() ?? lower)
  }

  public func start(clock: any Clock) throws(DeviceError) {
    do throws(DeviceError) {
      for member in members { try member.start(clock: clock) }
    } catch {
      stop()
      throw error
    }
  }

  /// When one fails, all stop, and its error is thrown.
  public func apply(_ command: SafeCommand) throws(DeviceError) {
    do throws(DeviceError) {
      for member in members { try member.apply(command) }
    } catch {
      stop()
      throw error
    }
  }

  /// Nobody waits for another's bus or pulses: those that can are put to rest first.
  public func stop() {
    rest()
    for member in others { member.stop() }
    for member in resting { member.stop() }
  }

  func rest() { for member in resting { member.rest() } }
}

/// Actuators whose stop may take time: they can be put to rest at once, and stop later.
protocol RestsFirst: Actuators {
  /// At rest, without waiting. Never throws.
  func rest()
}
