// SPDX-License-Identifier: Apache-2.0
import Buses
import Safety

extension ComputerSenses {
  /// What the gate makes of a look at the computer.
  init(_ state: ComputerState) {
    self.init(at: state.at)
    temperatureC = state.temperatureC
    isStarved =
      state.isUndervolted == nil && state.isThrottled == nil
      ? nil : state.isUndervolted == true || state.isThrottled == true
    freeDiskBytes = state.freeDiskBytes.map(Double.init)
    freeMemoryBytes = state.availableMemoryBytes.map(Double.init)
    hasModelChanged = state.hasModelChanged ?? false
    hasBoardChanged = state.hasBoardChanged ?? false
  }
}
