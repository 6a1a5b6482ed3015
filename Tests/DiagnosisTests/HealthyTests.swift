// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Diagnosis
import Quantities
import Simulation
import Testing

/// What is right is not complained about, and nothing is harmed by looking.
@Suite struct HealthyTests {
  @Test("a whole robot gives no warning, and every area says what it saw")
  func whole() throws {
    let findings = try Robot().examine()
    #expect(findings.allSatisfy { $0.level == .ok }, "\(findings.filter { $0.level != .ok })")
    #expect(Set(findings.map(\.area)) == Set(Finding.Area.allCases))
    #expect(findings.allSatisfy { $0.fix.isEmpty && !$0.what.isEmpty })
    #expect(Doctor.worst(of: findings) == .ok)
  }

  @Test("findings come in the order in which a person would follow them")
  func order() throws {
    var robot = try Robot()
    robot.facts.power.throttled = 1
    robot.facts.disk.isReadOnly = true
    robot.fit = .missing(path: "x")
    robot.replaceChips()
    let areas = robot.examine().map(\.area)
    let ranks = areas.map { area in Finding.Area.allCases.firstIndex(of: area) ?? -1 }
    #expect(ranks == ranks.sorted())
    #expect(Doctor.worst(of: robot.examine()) == .error)
  }

  @Test("looking writes to no chip: registers are only read")
  func harmless() throws {
    let (imu, pwm) = (PlainChip([0x75: 0x99]), PlainChip([:]))
    let robot = try Robot()
    robot.replaceChips((imu, 0x68), (pwm, 0x40))
    let findings = robot.examine()
    #expect(findings.contains { $0.area == .chips && $0.level == .error })
    #expect(imu.writes == 0 && pwm.writes == 0)
  }

  @Test("a chip that a driver of the kernel holds is not spoken to")
  func held() throws {
    var robot = try Robot()
    robot.facts.i2cAdapters[0].kernelClients = [
      .init(address: 0x68, name: "mpu6050", driver: "inv-mpu6050-i2c")
    ]
    let asked = Asked()
    robot.bench.buses["i2c-1"]?.refuse {
      asked.addresses.insert($0)
      return nil
    }
    _ = robot.examine()
    #expect(!asked.addresses.contains(0x68) && asked.addresses.contains(0x40))
  }

  @Test("a stuck bus is given up after a few transfers: each costs a timeout")
  func stuck() throws {
    let robot = try Robot()
    let asked = Asked()
    robot.bench.buses["i2c-1"]?.refuse { _ in
      asked.count += 1
      return .timedOut
    }
    _ = robot.examine()
    #expect(asked.count > 0 && asked.count <= 6)
  }

  @Test("a claim in the device tree without a driver hinders nobody")
  func claimed() throws {
    var robot = try Robot()
    robot.facts.i2cAdapters[0].kernelClients = [
      .init(address: 0x68, name: "mpu6050", driver: nil)
    ]
    #expect(robot.examine().allSatisfy { $0.level == .ok })
  }

  @Test("root needs no groups, and a laptop's powersave is its normal way")
  func rights() throws {
    var robot = try Robot()
    robot.facts.user = .init()
    robot.facts.user.capabilities = ~0
    robot.facts.limits = .init()
    robot.facts.cpu.governor = "powersave"
    robot.facts.cpu.frequencyDriver = "intel_pstate"
    #expect(robot.examine().allSatisfy { $0.level == .ok })
  }

  @Test("a simulated board asks nothing of this computer's buses, rights or watchdog")
  func simulated() throws {
    var robot = try Robot()
    robot.board.machine = .simulated(.rover)
    robot.facts.nodes = []
    robot.facts.watchdogs = []
    robot.facts.user = .init()
    robot.facts.limits = .init()
    robot.facts.kernel.isRealTime = false
    let findings = robot.examine()
    #expect(findings.allSatisfy { $0.level == .ok })
    #expect(!findings.contains { [.watchdog, .permissions].contains($0.area) })
  }

  @Test("what nobody could look at is a note that says so")
  func unknown() throws {
    var robot = try Robot()
    robot.facts.gpioChips = nil
    robot.fit = nil
    let notes = robot.examine().filter { $0.level == .note }
    #expect(notes.map(\.id) == [.notLookedAt, .notLookedAt])
    #expect(notes.map(\.area) == [.lines, .model])
    #expect(notes.first?.fix.first?.contains("GPIO17 and GPIO27") == true)
  }

  @Test("threads share a plan's candidates, as far as there are cores")
  func threads() throws {
    var robot = try Robot()
    robot.fit = .measured(planMs: 600, engine: "neon", modelBytes: 1)
    robot.board.planner.threads = 16
    #expect(robot.examine().allSatisfy { $0.level == .ok }, "150 ms on four cores")
    robot.facts.cpu.cores = 1
    #expect(robot.examine().contains { $0.id == .modelTooSlow })
  }

  @Test("every problem of a board file that does not load is a finding with its line")
  func boardFile() {
    let text = Robot.text.replacing("0x68", with: "0x40").replacing("100 Hz", with: "100 Hzz")
    do {
      _ = try BoardDescription.parse(text, path: "boards/x/board.yaml")
      Issue.record("the file is wrong")
    } catch {
      let findings = Doctor.findings(of: error)
      #expect(findings.count == error.problems.count && findings.count > 1)
      #expect(findings.allSatisfy { $0.id == .boardFile && $0.level == .error })
      #expect(findings.allSatisfy { $0.place.hasPrefix("boards/x/board.yaml:") })
      #expect(findings.allSatisfy { !$0.fix.isEmpty })
    }
  }

  @Test("names of findings are kebab-case and stay apart")
  func names() {
    let names = Finding.ID.allCases.map(\.rawValue)
    #expect(names.allSatisfy { $0.allSatisfy { $0 == "-" || $0.isLowercase } })
    #expect(Set(names).count == names.count)
  }
}

/// What a bus was asked.
private final class Asked {
  var addresses: Set<UInt8> = []
  var count = 0
}
