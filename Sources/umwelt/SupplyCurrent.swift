// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities
import Runtime

/// The current that a supply gives, as means over moments.
final class SupplyCurrent {
  /// Long against the bursts that a slowly turning servo draws, some a second.
  private static let momentS = 0.2
  /// Each reading spans a servo's cycle of 20 ms or more.
  private static let leastAverages = 16

  /// As board.yaml calls the supply.
  let name: String
  private let monitor: any PowerMonitor
  private var endsAt = Instant.zero
  private var (sumA, count) = (0.0, 0)

  /// Of the first supply whose current is measured; nil when there is none.
  init?(_ board: BoardDescription, _ hardware: any Hardware) throws(StartError) {
    guard let supply = board.power.first(where: { $0.chip.traits.measuresCurrent }),
      let shuntOhm = supply.shuntOhm, let maxCurrentA = supply.maxCurrentA
    else { return nil }
    name = supply.name
    let averages = supply.chip.traits.averages.first { $0 >= Self.leastAverages } ?? 1
    let bus: any I2CBus
    do throws(HardwareError) { bus = try hardware.i2cBus(supply.bus) } catch {
      throw .hardware(error)
    }
    do throws(DeviceError) {
      monitor = try supply.chip.driver(
        device: I2CDevice(bus: bus, address: supply.address),
        settings: .shunt(
          ShuntSettings(
            shuntOhm: shuntOhm, maxCurrentA: maxCurrentA, maxVoltageV: supply.maxVoltageV,
            averages: averages)))
    } catch { throw .device(error) }
  }

  func start(clock: any Clock) throws(StartError) {
    do throws(DeviceError) { try monitor.start(clock: clock) } catch { throw .device(error) }
  }

  /// Forgets what was measured before.
  func restart(now: Instant) {
    (endsAt, sumA, count) = (now + Interval(seconds: Self.momentS), 0, 0)
  }

  /// The mean over a moment once it is over; NaN when more flowed than is measured.
  func mean(now: Instant) throws(DeviceError) -> Double? {
    if let reading = try monitor.latest() {
      sumA += reading.currentA ?? .nan
      count += 1
    }
    guard now >= endsAt, count > 0 else { return nil }
    defer { restart(now: now) }
    return sumA / Double(count)
  }
}
