// SPDX-License-Identifier: Apache-2.0
import Safety
import Testing

/// What holds where board.yaml says nothing, in the way a reviewer reads it: each number here was
/// decided, and a change of one is a decision too.
@Suite("Standards")
struct StandardsTests {
  /// Reason, action, debounce in seconds, recovery, the weakest that a board may ask for, whether
  /// it keeps the robot from arming, and whether it is watched while the robot moves.
  static let table = """
    nonFiniteCommand cut  0    latch  cut    -   watch
    operatorStop     cut  0    disarm cut    -   watch
    emergencyStop    cut  0    latch  cut    arm watch
    guardStopped     cut  0    disarm cut    arm watch
    guardLost        cut  0    disarm ramp   arm watch
    clockJump        ramp 0    disarm ramp   -   watch
    lateTick         ramp 0    disarm ramp   -   watch
    deviceFailed     cut  0    disarm cut    arm watch
    busErrors        ramp 0    disarm slow   arm watch
    nonFiniteSense   cut  0    disarm cut    arm watch
    tilted           cut  0    disarm ramp   arm watch
    noImu            ramp 0    disarm ramp   arm watch
    staleImu         ramp 0    disarm ramp   arm watch
    frozenImu        ramp 0    disarm ramp   arm watch
    saturatedImu     ramp 0.05 disarm slow   arm watch
    implausibleImu   ramp 0    disarm ramp   arm watch
    noFrame          ramp 0    disarm ramp   arm watch
    staleFrame       ramp 0    disarm ramp   arm watch
    frozenFrame      ramp 0    disarm ramp   arm watch
    obstacle         ramp 0    disarm warn   arm watch
    staleGrid        ramp 0    disarm warn   arm watch
    outsideWorkspace ramp 0    disarm warn   -   watch
    stall            cut  0.5  disarm slow   -   watch
    wheelsUnknown    ramp 0    disarm warn   arm watch
    overCurrent      cut  0.1  disarm slow   arm watch
    lowBattery       ramp 2    disarm warn   arm watch
    staleSupply      ramp 0    disarm warn   arm watch
    undervoltage     slow 0.5  disarm warn   arm watch
    hot              slow 0.5  disarm ignore arm watch
    overTemperature  ramp 1    disarm warn   arm watch
    diskFull         ramp 1    disarm warn   arm watch
    memoryPressure   ramp 1    disarm warn   arm watch
    staleComputer    warn 0    disarm ignore arm watch
    modelChanged     ramp 0    latch  ramp   arm watch
    boardChanged     ramp 0    latch  slow   arm watch
    lost             ramp 1    disarm slow   -   watch
    surprised        slow 0    disarm ignore -   watch
    stalePlan        ramp 0    disarm ramp   -   watch
    latePlan         slow 0    disarm ignore -   watch
    linkLost         ramp 0    disarm ramp   arm watch
    notStarted       cut  0    disarm cut    arm -
    notCalibrated    cut  0    disarm cut    arm -
    watchdogReset    cut  0    disarm cut    arm -
    notDisarmed      cut  0    disarm cut    arm -
    """.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

  @Test("every reason has the failsafe that the table says, and may be as weak as that")
  func failsafes() {
    #expect(Self.table.map(\.[0]) == Refusal.allCases.map(\.id))
    for (row, refusal) in zip(Self.table, Refusal.allCases) {
      let rule = Failsafes.standard(refusal)
      #expect(rule.action.rawValue == row[1], "\(refusal)")
      #expect(rule.debounceS == Double(row[2]), "\(refusal)")
      #expect(rule.recovery.rawValue == row[3], "\(refusal)")
      #expect(Failsafes.weakest(refusal).rawValue == row[4], "\(refusal)")
      #expect(refusal.isArmingCheck == (row[5] == "arm"), "\(refusal)")
      #expect(refusal.isWatched == (row[6] == "watch"), "\(refusal)")
      #expect(Failsafes()[refusal] == rule)
    }
  }

  @Test("actions are ordered from the mildest to the sternest")
  func order() {
    let actions: [Failsafe.Action] = [.ignore, .warn, .slow, .ramp, .cut]
    #expect(Failsafe.Action.allCases.sorted() == actions)
    for (mild, stern) in zip(actions, actions.dropFirst()) { #expect(mild < stern) }
  }

  @Test("the limits of a board that names none are these")
  func gateLimits() {
    #expect(limits.armingS == 0 && limits.slowShare == 0.5 && limits.clearS == 2)
    #expect(limits.tickTimeoutS == 1)
    #expect(limits.busErrorsAtOnce == 20 && limits.busErrorsPerS == 2)
    #expect(limits.stallCommand == 0.3 && limits.stallMeasured == 0.05)
    #expect(limits.surprise == 1.5 && limits.lost == 1.5)
    #expect(!limits.needsGuard)
    let blind = GateLimits(
      actuators: limits.actuators, periodS: 0.01, imuTimeoutS: 0.05, frameTimeoutS: nil,
      planTimeoutS: 1, rampS: 0, tiltRad: 0.8)
    #expect(blind.frameTimeoutS == nil && blind.rampS == 0)
    let computer = ComputerLimits()
    #expect(computer.hotC == 80 && computer.tooHotC == 90)
    #expect(computer.freeDiskBytes == 64e6 && computer.freeMemoryBytes == 32e6)
    #expect(computer.lookS == 1 && computer.timeoutS == 10)
  }

  @Test("the guard is as patient as this")
  func guardSettings() {
    let settings = GuardSettings()
    #expect(settings.patienceS == 0.02 && settings.longestPromiseS == 0.2)
    #expect(settings.clockSlackS == 0.005 && settings.mostSkipped == 8)
    #expect(settings.imuTimeoutS == 0.3 && settings.restS == 0.5)
    #expect(settings.recordAfterS == 0.5 && settings.resetAfterS == 10)
  }

  @Test("before anything was sensed nothing is known, and nothing is in order")
  func senses() {
    let senses = Senses()
    #expect(senses.imuAt == nil && senses.tiltRad == nil && !senses.isGyroCalibrated)
    #expect(senses.busErrors == 0 && senses.computer == nil && senses.guardAllows == nil)
    #expect(senses.measured == .zero)
    for i in 0..<8 { #expect(!senses.isMeasured[i]) }
  }

  @Test("a reason that is put into a set is in it until it is taken out")
  func refusalSet() {
    var set = RefusalSet()
    #expect(set.isEmpty && set.all == [])
    for refusal in Refusal.allCases {
      set.set(refusal, true)
      #expect(set.contains(refusal) && !set.isEmpty)
    }
    #expect(set.all == Refusal.allCases)
    for (index, refusal) in Refusal.allCases.enumerated() {
      set.set(refusal, false)
      #expect(!set.contains(refusal))
      #expect(set.all == Array(Refusal.allCases.dropFirst(index + 1)))
    }
    #expect(set.isEmpty)
  }

  @Test("a stop is over where outputs are off until somebody disarms or acknowledges")
  func isStopped() {
    let stopped = StateTests.states.filter(\.isStopped)
    #expect(stopped == [.stopped(StateTests.one), .faulted(StateTests.one)])
  }
}
