// SPDX-License-Identifier: Apache-2.0

extension Finding {
  /// The stable names of everything that can be found, for programs.
  public enum ID: String, CaseIterable, Sendable {
    // What was looked at and is fine.
    case areaFine = "fine"
    /// Nobody could look: the reason is in the text.
    case notLookedAt = "not-looked-at"

    case undervoltageNow = "undervoltage-now"
    case undervoltageEarlier = "undervoltage-earlier"
    case throttledNow = "throttled-now"
    case throttledEarlier = "throttled-earlier"
    case hot

    case boardFile = "board-file"
    case wrongComputer = "wrong-computer"

    case busMissing = "bus-missing"
    case busHasNoNode = "bus-has-no-node"
    case busRefused = "bus-refused"
    case busStuck = "bus-stuck"
    case busTooSlow = "bus-too-slow"

    case chipAbsent = "chip-absent"
    case chipAtOtherAddress = "chip-at-other-address"
    case chipOnOtherBus = "chip-on-other-bus"
    case chipHeldByKernel = "chip-held-by-kernel"
    case addressTrap = "address-trap"
    case chipIsClone = "chip-is-clone"
    case chipIsAnother = "chip-is-another"
    case chipInTheWay = "chip-in-the-way"
    case chipUnknown = "chip-unknown"
    case chipReadsConstant = "chip-reads-constant"
    case chipFails = "chip-fails"
    case firmwareMissing = "firmware-missing"
    case imuFails = "imu-fails"
    case imuNoInterrupt = "imu-no-interrupt"
    case imuSilent = "imu-silent"
    case imuFrozen = "imu-frozen"
    case imuNotAtRest = "imu-not-at-rest"
    case imuSlow = "imu-slow"

    case gpioChipMissing = "gpio-chip-missing"
    case lineMissing = "line-missing"
    case lineAmbiguous = "line-ambiguous"
    case lineTaken = "line-taken"
    case robotRuns = "robot-runs"
    case pinMuxed = "pin-muxed"
    case pwmOutputMissing = "pwm-output-missing"

    case cameraMissing = "camera-missing"
    case cameraFormat = "camera-format"
    case cameraSize = "camera-size"
    case cameraRate = "camera-rate"
    case cameraSilent = "camera-silent"
    case cameraFrozen = "camera-frozen"
    case cameraSlow = "camera-slow"

    case watchdogMissing = "watchdog-missing"
    case watchdogOwned = "watchdog-owned-by-systemd"
    case watchdogNowayout = "watchdog-nowayout"
    case watchdogReset = "watchdog-caused-last-reset"
    case watchdogLong = "watchdog-long"
    case guardStopped = "guard-stopped"

    case notInGroup = "not-in-group"
    case nodeNotShared = "node-not-shared"
    case portHasLogin = "port-has-login"

    case noRealTimePriority = "no-realtime-priority"
    case memoryLockLow = "memory-lock-low"
    case powersaveGovernor = "powersave-governor"
    case kernelNotRealTime = "kernel-not-realtime"

    case clockNotSet = "clock-not-set"
    case clockNotSynchronised = "clock-not-synchronised"
    case clockSourceSlow = "clock-source-slow"

    case diskFull = "disk-full"
    case diskLow = "disk-low"
    case diskReadOnly = "disk-read-only"

    case memoryLow = "memory-low"
    case swapOnDisk = "swap-on-disk"

    case modelMissing = "model-missing"
    case modelBroken = "model-broken"
    case modelTooSlow = "model-too-slow"
    case modelLate = "model-late"
    case modelTight = "model-tight"
  }
}
