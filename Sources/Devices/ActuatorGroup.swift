// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

/// Several actuators under one command. They succeed together or stop together.
public final class ActuatorGroup: Actuators, RestsFirst {
  public let setPoints: Range<Int>
  private let members: [any Actuators]
  private let resting: [any RestsFirst]
  private let others: [any Actuators]

  /// - Parameter members: in the order in which they start; at least one.
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

  /// Nobody waits for another: those that take time are put to rest first, and end last.
  public func stop() {
    rest()
    for member in others { member.stop() }
    for member in resting { member.stop() }
  }

  func rest() { for member in resting { member.rest() } }
}

/// Actuators whose stop takes time: they can be put to rest at once, and stop later.
protocol RestsFirst: Actuators {
  /// At rest, without waiting. Never throws.
  func rest()
}
