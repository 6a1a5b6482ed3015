// SPDX-License-Identifier: Apache-2.0
import Devices
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// Something that goes wrong with a rover at a random moment.
private enum Mishap: CaseIterable {
  case imuOff, imuStuck, imuGarbage, imuDead, cameraOff, cameraStuck, lateFrames
  case pwmOff, pwmStuck, pwmDead, lineRefuses, oversleep

  /// Returns for how long nobody looks.
  func happen(to rig: Rig, _ disguise: Disguise, _ random: inout SeededGenerator) throws -> Double {
    let lateS = self == .oversleep ? random.uniform(0...2) : 0
    switch self {
    case .imuOff: try rig.machine.inject(.off, into: .imu)
    case .imuStuck: try rig.machine.inject(.stuck, into: .imu)
    case .imuGarbage: try rig.machine.inject(.garbage, into: .imu)
    case .imuDead: disguise.deadAddresses.insert(rig.board.imu.address)
    case .cameraOff: try rig.machine.inject(.off, into: .camera)
    case .cameraStuck: try rig.machine.inject(.stuck, into: .camera)
    case .lateFrames: disguise.frameDelay = Interval(seconds: random.uniform(0...1))
    case .pwmOff: try rig.machine.inject(.off, into: .pwm)
    case .pwmStuck: try rig.machine.inject(.stuck, into: .pwm)
    case .pwmDead: disguise.deadAddresses.insert(0x40)
    case .lineRefuses: disguise.lineRefusals = 1 + Int(random.next() % 3)
    case .oversleep: disguise.oversleep(Interval(seconds: lateS))
    }
    return lateS
  }

  func end(for rig: Rig, _ disguise: Disguise) throws {
    switch self {
    case .imuOff, .imuStuck, .imuGarbage: try rig.machine.inject(.ok, into: .imu)
    case .imuDead: disguise.deadAddresses.remove(rig.board.imu.address)
    case .cameraOff, .cameraStuck: try rig.machine.inject(.ok, into: .camera)
    case .lateFrames: disguise.frameDelay = .zero
    case .pwmOff, .pwmStuck: try rig.machine.inject(.ok, into: .pwm)
    case .pwmDead: disguise.deadAddresses.remove(0x40)
    case .lineRefuses, .oversleep: break
    }
  }

  /// After how long the robot must stand; nil for what it may live through.
  func limitS(_ rig: Rig) -> Double? {
    let (safety, imuS) = (rig.board.safety, 1 / rig.board.imu.settings.rateHz)
    switch self {
    case .imuOff, .imuDead: return safety.imuTimeoutS + safety.rampS
    case .imuStuck: return Double(ImuHealth.frozenSamples + 3) * imuS + safety.rampS
    case .imuGarbage: return 2.5 * Double(ImuHealth.implausibleSamples) * imuS + safety.rampS
    case .cameraOff: return safety.frameTimeoutS + safety.rampS
    case .cameraStuck:
      return Double(Perception.frozenFrames + 1) / (rig.board.camera?.rateHz ?? 1) + safety.rampS
    case .pwmOff, .pwmDead: return 0
    // Nobody can tell before a command changes: with the next plan, or when that is overdue.
    case .pwmStuck: return safety.planTimeoutS + 6 * rig.periodS + safety.rampS
    case .lateFrames, .lineRefuses, .oversleep: return nil
    }
  }

  /// What hides another mishap of the same part.
  var part: Int {
    switch self {
    case .imuOff, .imuStuck, .imuGarbage: 0
    case .cameraOff, .cameraStuck: 1
    case .pwmOff, .pwmStuck: 2
    case .imuDead: 3
    case .pwmDead: 4
    case .lateFrames: 5
    case .lineRefuses: 6
    case .oversleep: 7
    }
  }
}

@Suite("Two things that go wrong at once")
struct FaultPairTests {
  @Test("end in a robot that is well or stands still", arguments: InertialChip.allCases)
  func pairs(imu: InertialChip) throws {
    for seed in 1...UInt64(12) { try run(imu, seed: seed) }
  }

  private func run(_ imu: InertialChip, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: "pairs \(imu.rawValue)")
    var disguise: Disguise?
    let rig = try Rig(.rover, mind: BusyMind(.rover), seed: seed, imu: imu) {
      let made = Disguise($0)
      disguise = made
      return made
    }
    let hardware = try #require(disguise)
    try rig.go()
    var pair: [(mishap: Mishap, from: Double, to: Double)] = []
    while pair.count < 2 {
      guard let one = Mishap.allCases.randomElement(using: &random) else { continue }
      if pair.contains(where: { $0.mishap.part == one.part }) { continue }
      let from = rig.now.seconds + random.uniform(0.2...1.5)
      // Half of them pass, some sooner than they can be noticed.
      let to = random.next() % 2 == 0 ? .infinity : from + random.uniform(0.005...1)
      pair.append((one, from, to))
    }
    var (begun, ended) = (Set<Int>(), Set<Int>())
    var (wasStopped, lateS) = (false, 0.0)
    try rig.run(6) {
      let now = rig.now.seconds
      for (i, one) in pair.enumerated() where !ended.contains(i) {
        if let limitS = one.mishap.limitS(rig), begun.contains(i) {
          // Two ticks as ever, and a line that refuses thrice.
          let isOver = now > one.from + lateS + limitS + 6 * rig.periodS
          if isOver { #expect(rig.isIdle, "\(imu) seed \(seed) \(pair) at \(now)") }
        }
        if now >= one.from, begun.insert(i).inserted {
          lateS += try one.mishap.happen(to: rig, hardware, &random)
          pair[i].from = now
        } else if now >= one.to, begun.contains(i), ended.insert(i).inserted {
          try one.mishap.end(for: rig, hardware)
        }
      }
      if wasStopped { #expect(rig.stopReason != nil, "nobody armed") }
      wasStopped = rig.stopReason != nil
    }
    if rig.loop.gate.state == .armed {
      for one in pair where one.to == .infinity {
        #expect(one.mishap.limitS(rig) == nil, "\(imu) seed \(seed) \(pair)")
      }
    } else {
      #expect(rig.stopReason != nil && rig.isIdle, "\(imu) seed \(seed) \(pair)")
      #expect(rig.speedMS < 0.01, "\(imu) seed \(seed) \(pair)")
    }
  }
}
