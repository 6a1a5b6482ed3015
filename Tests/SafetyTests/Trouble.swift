// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing

/// A robot that has everything that can fail.
let complete: GateLimits = {
  var complete = limits
  complete.planTimeoutS = 0.9
  (complete.supplyTimeoutS, complete.gridTimeoutS) = (0.3, 0.2)
  (complete.obstacleM, complete.workspace) = (
    0.15, Workspace(radiusM: 10, keepOut: [.init(xM: 3, yM: 0, radiusM: 1)])
  )
  complete.lost = 3
  (complete.linkTimeoutS, complete.needsGuard) = (0.4, true)
  return complete
}()

/// All that such a robot senses when all is well.
func completeSenses(at now: Instant) -> Senses {
  var senses = healthySenses(at: now)
  (senses.supplyAt, senses.gridAt, senses.linkAt, senses.guardAllows) = (now, now, now, true)
  (senses.positionM, senses.speedMS) = ([0, 0], 0.5)
  (senses.supplyMarginV, senses.currentShare, senses.nearestM) = (0.5, 0.5, 1)
  senses.measured = [0.9, -0.4, 0, 0, 0, 0, 0, 0]
  (senses.isMeasured[0], senses.isMeasured[1]) = (true, true)
  (senses.surprise, senses.planShare) = (0.7, 0.5)
  var computer = ComputerSenses(at: now)
  (computer.temperatureC, computer.isStarved) = (55, false)
  (computer.freeDiskBytes, computer.freeMemoryBytes) = (1e9, 2e8)
  senses.computer = computer
  return senses
}

/// One thing that goes wrong, as the senses show it from then on.
struct Trouble: Sendable, CustomTestStringConvertible {
  var refusal: Refusal
  /// Spoils the senses at `now`, which went wrong at the given time.
  var spoil: @Sendable (_ senses: inout Senses, _ since: Instant) -> Void

  var testDescription: String { refusal.id }

  static let all: [Trouble] = [
    Trouble(refusal: .emergencyStop) { senses, _ in senses.isStopPressed = true },
    Trouble(refusal: .guardStopped) { senses, _ in senses.guardAllows = false },
    Trouble(refusal: .guardLost) { senses, _ in senses.guardAllows = nil },
    Trouble(refusal: .deviceFailed) { senses, _ in senses.hasDeviceFailed = true },
    Trouble(refusal: .nonFiniteSense) { senses, _ in senses.tiltRad = .nan },
    Trouble(refusal: .tilted) { senses, _ in senses.tiltRad = 0.9 },
    Trouble(refusal: .staleImu) { senses, since in senses.imuAt = since },
    Trouble(refusal: .frozenImu) { senses, _ in senses.isImuFrozen = true },
    Trouble(refusal: .saturatedImu) { senses, _ in senses.isImuSaturated = true },
    Trouble(refusal: .implausibleImu) { senses, _ in senses.isImuImplausible = true },
    Trouble(refusal: .staleFrame) { senses, since in senses.frameAt = since },
    Trouble(refusal: .frozenFrame) { senses, _ in senses.isFrameFrozen = true },
    Trouble(refusal: .obstacle) { senses, _ in senses.nearestM = 0.149 },
    Trouble(refusal: .staleGrid) { senses, since in senses.gridAt = since },
    Trouble(refusal: .outsideWorkspace) { senses, _ in senses.positionM = [9.95, 0] },
    Trouble(refusal: .outsideWorkspace) { senses, _ in senses.positionM = [1.95, 0] },
    Trouble(refusal: .stall) { senses, _ in senses.measured[0] = 0.04 },
    Trouble(refusal: .stall) { senses, _ in senses.measured[1] = -0.05 },
    Trouble(refusal: .stall) { senses, _ in senses.measured[1] = .nan },
    Trouble(refusal: .wheelsUnknown) { senses, _ in senses.hasLostCount = true },
    Trouble(refusal: .overCurrent) { senses, _ in senses.currentShare = 1.01 },
    Trouble(refusal: .lowBattery) { senses, _ in senses.supplyMarginV = -0.01 },
    Trouble(refusal: .staleSupply) { senses, since in senses.supplyAt = since },
    Trouble(refusal: .undervoltage) { senses, _ in senses.computer?.isStarved = true },
    Trouble(refusal: .hot) { senses, _ in senses.computer?.temperatureC = 81 },
    Trouble(refusal: .overTemperature) { senses, _ in senses.computer?.temperatureC = 91 },
    Trouble(refusal: .diskFull) { senses, _ in senses.computer?.freeDiskBytes = 63e6 },
    Trouble(refusal: .memoryPressure) { senses, _ in senses.computer?.freeMemoryBytes = 31e6 },
    Trouble(refusal: .staleComputer) { senses, since in senses.computer?.at = since },
    Trouble(refusal: .modelChanged) { senses, _ in senses.computer?.hasModelChanged = true },
    Trouble(refusal: .boardChanged) { senses, _ in senses.computer?.hasBoardChanged = true },
    Trouble(refusal: .surprised) { senses, _ in senses.surprise = 1.51 },
    Trouble(refusal: .lost) { senses, _ in senses.surprise = .nan },
    Trouble(refusal: .lost) { senses, _ in senses.surprise = 3.1 },
    Trouble(refusal: .latePlan) { senses, _ in senses.planShare = 1.01 },
    Trouble(refusal: .linkLost) { senses, since in senses.linkAt = since }
  ]
}
