// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety

/// What monitors of the supply and grid sensors say, looked at in turn.
struct Surroundings {
  /// Each grid sensor's newest picture, in the board's order.
  private(set) var grids: [Grid]
  private let supplies: [BodySensors.Supply]
  private let sensors: [any GridSensor]
  private var rota: Rota
  /// The newest reading of each supply.
  private var readings: [PowerReading?]
  /// Whether each grid has shown anything.
  private var hasShown: [Bool]

  init(_ body: BodySensors) {
    (supplies, sensors) = (body.supplies, body.grids)
    rota = Rota(
      periods: supplies.map(\.period) + sensors.map { Interval(seconds: 1 / $0.rateHz) })
    readings = supplies.map { _ in nil }
    grids = sensors.map { $0.emptyGrid() }
    hasShown = sensors.map { _ in false }
  }

  /// Looks at the one whose turn it is.
  mutating func look(_ senses: inout Senses, now: Instant) throws(DeviceError) {
    guard let turn = rota.turn(now: now) else { return }
    do throws(DeviceError) {
      rota.note(turn, hadNews: try take(turn), now: now)
    } catch {
      // It is not asked more often than a sound one.
      rota.note(turn, hadNews: true, now: now)
      throw error
    }
    if turn < supplies.count { tellSupply(&senses) } else { tellGrids(&senses) }
  }

  private mutating func take(_ turn: Int) throws(DeviceError) -> Bool {
    guard turn >= supplies.count else {
      guard let reading = try supplies[turn].monitor.latest() else { return false }
      readings[turn] = reading
      return true
    }
    let index = turn - supplies.count
    guard try sensors[index].latest(into: &grids[index]) else { return false }
    hasShown[index] = true
    return true
  }

  private func tellSupply(_ senses: inout Senses) {
    var (oldest, isComplete): (Instant?, Bool) = (nil, true)
    var (marginV, share): (Double?, Double?) = (nil, nil)
    for (supply, reading) in zip(supplies, readings) {
      guard let reading else {
        isComplete = false
        continue
      }
      oldest = min(oldest ?? reading.at, reading.at)
      if let lowV = supply.lowV {
        // A voltage above what the chip can measure is no empty battery's.
        marginV = min(marginV ?? .infinity, (reading.busVoltageV ?? .infinity) - lowV)
      }
      if let highA = supply.highA {
        // A current beyond what it can measure is beyond any limit.
        share = max(share ?? 0, abs(reading.currentA ?? .infinity) / highA)
      }
    }
    senses.supplyAt = isComplete ? oldest : nil
    (senses.supplyMarginV, senses.currentShare) = (marginV, share)
  }

  private func tellGrids(_ senses: inout Senses) {
    var (oldest, isComplete): (Instant?, Bool) = (nil, true)
    var nearest: Float?
    for (grid, hasShown) in zip(grids, hasShown) {
      guard hasShown else {
        isComplete = false
        continue
      }
      oldest = min(oldest ?? grid.capturedAt, grid.capturedAt)
      guard grid.unit == .metres else { continue }
      for cell in grid.values.indices where grid.isValid[cell] {
        nearest = min(nearest ?? .infinity, grid.values[cell])
      }
    }
    senses.gridAt = isComplete ? oldest : nil
    senses.nearestM = nearest.map(Double.init)
  }
}
