// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import Glibc
import LinuxBuses
import Quantities
import Testing

@Suite("The computer's health on Linux")
struct ComputerTests {
  let machine = TemporaryMachine()
  let throttled = "/sys/devices/platform/soc/soc:firmware/get_throttled"

  private func look(_ places: ComputerPlaces = ComputerPlaces()) -> ComputerState {
    var reader = ComputerReader(places, root: machine.root)
    return reader.read(now: .zero)
  }

  @Test("A computer that tells nothing is known for nothing but the time")
  func unknown() {
    var reader = ComputerReader(ComputerPlaces(), root: machine.root)
    let now = Instant(nanoseconds: 7)
    #expect(reader.read(now: now) == ComputerState(at: now))
  }

  @Test("The hottest zone counts; one that cannot be read does not")
  func temperature() {
    machine.file("/sys/class/thermal/thermal_zone0/temp", "47250\n")
    machine.file("/sys/class/thermal/thermal_zone1/temp", "-256000\n")
    machine.file("/sys/class/thermal/thermal_zone2/temp", "61000\n")
    machine.folder("/sys/class/thermal/thermal_zone3/temp")
    machine.file("/sys/class/thermal/cooling_device0/temp", "99000\n")
    #expect(look().temperatureC == 61)
  }

  @Test(
    "A Raspberry Pi's bits tell of supply and speed as they are now",
    arguments: [
      ("0", false, false), ("0x1", true, false), ("2", false, true), ("4", false, true),
      ("8", false, true), ("5", true, true), ("50000", false, false), ("50005", true, true)
    ])
  func bits(text: String, isUndervolted: Bool, isThrottled: Bool) {
    machine.file(throttled, text + "\n")
    let state = look()
    #expect(state.isUndervolted == isUndervolted)
    #expect(state.isThrottled == isThrottled)
  }

  @Test("A Pi 5's bits are found though its soc has an address")
  func pi5() {
    machine.file(
      "/sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", "1\n")
    #expect(look().isUndervolted == true)
  }

  @Test("Garbage for bits is unknown")
  func garbage() {
    machine.file(throttled, "what\n")
    #expect(look().isUndervolted == nil)
    #expect(look().isThrottled == nil)
  }

  @Test("A drop of the supply between two looks is told in the next, once")
  func drop() {
    machine.file(throttled, "0\n")
    var reader = ComputerReader(ComputerPlaces(), root: machine.root)
    #expect(reader.read(now: .zero).isUndervolted == false)
    machine.file(throttled, "10000\n")
    #expect(reader.read(now: .zero).isUndervolted == true)
    #expect(reader.read(now: .zero).isUndervolted == false)
    machine.file(throttled, "10001\n")
    #expect(reader.read(now: .zero).isUndervolted == true)
  }

  @Test("The supply's alarm counts too, and either is enough")
  func alarm() {
    machine.file("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    machine.file("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    machine.file("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
    #expect(look().isUndervolted == true)
    machine.file(throttled, "0\n")
    #expect(look().isUndervolted == true)
    machine.file("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    #expect(look().isUndervolted == false)
  }

  @Test(
    "A kernel that slows the CPU down says so in its coolers; a fan is no such",
    arguments: [("cpufreq-cpu0", true), ("thermal-cpufreq-1", true), ("pwm-fan", nil as Bool?)])
  func coolers(kind: String, isThrottled: Bool?) {
    machine.file("/sys/class/thermal/cooling_device0/type", kind + "\n")
    machine.file("/sys/class/thermal/cooling_device0/cur_state", "2\n")
    #expect(look().isThrottled == isThrottled)
    machine.file("/sys/class/thermal/cooling_device0/cur_state", "0\n")
    #expect(look().isThrottled == isThrottled.map { _ in false })
  }

  @Test("Memory is what the kernel calls available")
  func memory() {
    machine.file(
      "/proc/meminfo", "MemTotal:  8000000 kB\nMemFree:  1 kB\nMemAvailable:  3000000 kB\n")
    #expect(look().availableMemoryBytes == 3_072_000_000)
  }

  @Test("A control group's limit counts where it is tighter, its own or one around it")
  func groups() {
    machine.file("/proc/meminfo", "MemAvailable: 3000000 kB\n")
    machine.file("/proc/self/cgroup", "1:name=old:/x\n0::/system.slice/umwelt.service\n")
    let slice = "/sys/fs/cgroup/system.slice"
    let own = slice + "/umwelt.service"
    machine.file("\(own)/memory.current", "400000000\n")
    machine.file("\(own)/memory.max", "1000000000\n")
    machine.file("\(own)/memory.high", "max\n")
    machine.file("\(own)/memory.stat", "anon 300000000\ninactive_file 100000000\n")
    #expect(look().availableMemoryBytes == 700_000_000)
    machine.file("\(own)/memory.high", "900000000\n")
    #expect(look().availableMemoryBytes == 600_000_000)
    machine.file("\(slice)/memory.current", "950000000\n")
    machine.file("\(slice)/memory.max", "1000000000\n")
    #expect(look().availableMemoryBytes == 50_000_000)
    machine.file("\(slice)/memory.current", "1050000000\n")
    #expect(look().availableMemoryBytes == 0)
  }

  @Test("A group without a limit leaves the computer's own memory")
  func noLimit() {
    machine.file("/proc/meminfo", "MemAvailable: 3000000 kB\n")
    machine.file("/proc/self/cgroup", "0::/a\n")
    machine.file("/sys/fs/cgroup/a/memory.current", "400000000\n")
    machine.file("/sys/fs/cgroup/a/memory.max", "max\n")
    #expect(look().availableMemoryBytes == 3_072_000_000)
  }

  @Test("Free disk is the state folder's, as the system tells it; no folder, no number")
  func disk() throws {
    var places = ComputerPlaces()
    places.stateFolder = machine.root
    var status = statvfs()
    #expect(statvfs(machine.root, &status) == 0)
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    // Others write to this disk meanwhile.
    let told = try #require(look(places).freeDiskBytes)
    #expect(abs(told - free) < 1 << 30)
    places.stateFolder = machine.root + "/none"
    #expect(look(places).freeDiskBytes == nil)
  }

  @Test("Model and board are watched each by itself")
  func watched() {
    machine.file("/model")
    machine.file("/board")
    var places = ComputerPlaces()
    places.modelFiles = [machine.root + "/model"]
    places.boardFiles = [machine.root + "/board", machine.root + "/base"]
    var reader = ComputerReader(places, root: machine.root)
    #expect(reader.read(now: .zero).hasModelChanged == false)
    machine.file("/board", "another")
    let state = reader.read(now: .zero)
    #expect(state.hasModelChanged == false)
    #expect(state.hasBoardChanged == true)
  }

  @Test("A thread looks, and goes on looking; the newest look is there without waiting")
  func thread() throws {
    machine.file("/sys/class/thermal/thermal_zone0/temp", "40000\n")
    let clock = MonotonicClock()
    let computer = LinuxComputer(
      ComputerReader(ComputerPlaces(), root: machine.root), clock: clock,
      period: Interval(nanoseconds: 2_000_000))
    let patience = clock.now + Interval(seconds: 20)
    func wait(_ isThere: (ComputerState) -> Bool) -> ComputerState? {
      while clock.now < patience {
        if let state = computer.latest(), isThere(state) { return state }
        clock.sleep(until: clock.now + Interval(nanoseconds: 1_000_000))
      }
      return nil
    }
    let first = try #require(wait { _ in true })
    #expect(first.temperatureC == 40)
    machine.file("/sys/class/thermal/thermal_zone0/temp", "80000\n")
    let second = try #require(wait { $0.temperatureC == 80 })
    #expect(second.at > first.at)
  }

  @Test("The machine offers its health once it is told to look")
  func offered() {
    let hardware = machine.hardware()
    #expect(hardware.computer == nil)
    hardware.watchComputer(ComputerPlaces())
    #expect(hardware.computer != nil)
  }

  @Test("The thread ends with its owner: nothing of it stays open")
  func end() {
    func descriptors() -> Int {
      do { return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
      catch { return -1 }
    }
    func pass() {
      let reader = ComputerReader(ComputerPlaces(), root: machine.root)
      let computers = (0..<40).map { _ in LinuxComputer(reader, clock: MonotonicClock()) }
      withExtendedLifetime(computers) {}
    }
    let clock = MonotonicClock()
    let before = descriptors()
    pass()
    // Other tests have threads of their own, but not forty that come and stay.
    let patience = clock.now + Interval(seconds: 20)
    while descriptors() > before + 20, clock.now < patience {
      clock.sleep(until: clock.now + Interval(nanoseconds: 10_000_000))
    }
    #expect(descriptors() <= before + 20)
  }
}
