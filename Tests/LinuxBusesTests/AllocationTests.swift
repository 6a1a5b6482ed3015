// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Glibc
import KernelHeaders
import LinuxBuses
import MallocCount
import Quantities
import Testing

/// Whether this is optimised: other code boxes what optimised code does not, so its requests for
/// memory are not counted.
let isOptimised: Bool = {
  var isOptimised = true
  assert(
    {
      isOptimised = false
      return true
    }())
  return isOptimised
}()

@Suite("What a tick asks of Linux", .enabled(if: isOptimised && umwelt_malloc_count_works()))
struct AllocationTests {
  /// How many times a second round of this asks for memory.
  private func allocations(_ round: () throws -> Void) rethrows -> Int64 {
    try round()
    umwelt_malloc_count_start()
    do { try round() } catch {
      _ = umwelt_malloc_count_stop()
      throw error
    }
    return umwelt_malloc_count_stop().allocations
  }

  @Test("I2C transfers, batches and retries ask for no memory")
  func i2c() throws {
    let bench = try I2CBench()
    bench.adapter.keepsTrace = false
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 8)
    defer { buffer.deallocate() }
    let out = UnsafeRawBufferPointer(rebasing: buffer[0..<1])
    let into = UnsafeMutableRawBufferPointer(rebasing: buffer[2..<16])
    let batch = [I2CTransfer](
      repeating: I2CTransfer(address: 0x40, writing: out, reading: into), count: 30)
    let count = try allocations {
      try bench.bus.transfer(address: 0x68, writing: out, reading: into)
      try batch.withUnsafeBufferPointer { try bench.bus.transfer($0) }
    }
    #expect(count == 0)
  }

  @Test("The newest look at the computer asks for no memory, with and without a newer one")
  func computer() {
    let machine = TemporaryMachine()
    machine.file("/sys/class/thermal/thermal_zone0/temp", "40000\n")
    let clock = MonotonicClock()
    let computer: any ComputerHealth = LinuxComputer(
      ComputerReader(ComputerPlaces(), root: machine.root), clock: clock,
      period: Interval(nanoseconds: 1_000_000))
    var times: Set<Instant> = []
    times.reserveCapacity(1 << 12)
    let count = allocations {
      for _ in 0..<1000 {
        if let state = computer.latest() { times.insert(state.at) }
        clock.sleep(until: clock.now + Interval(nanoseconds: 100_000))
      }
    }
    #expect(count == 0)
    #expect(times.count > 2, "nobody looked")
  }

  @Test("Looking at a camera asks for no memory, with and without a new frame")
  func camera() throws {
    let format = ScriptedCamera.Format(pixels: UInt32(UMWELT_YUYV), sizes: [(64, 48)])
    let bench = CameraBench([format])
    bench.device.keepsTrace = false
    let camera = try bench.camera(16, 16)
    var frame = Frame(width: 16, height: 16)
    let bytes = [UInt8](repeating: 0x80, count: 64 * 48 * 2)
    for i in 0..<3 { bench.device.expose(bytes, sequence: UInt32(i), timeUs: 1) }
    var isNew = false
    #expect(try camera.latest(into: &frame))
    bench.device.expose(bytes, sequence: 3, timeUs: 2)
    bench.device.expose(bytes, sequence: 4, timeUs: 3)
    umwelt_malloc_count_start()
    let isTaken = try camera.latest(into: &frame)
    isNew = try camera.latest(into: &frame)
    let counts = umwelt_malloc_count_stop()
    #expect(isTaken && !isNew)
    #expect(counts.allocations == 0)
  }

  @Test("Kicking, reading and writing a port, setting PWM and the clock ask for no memory")
  func others() throws {
    let terminal = PseudoTerminal()
    let port = try LinuxHardware().serialPort(terminal.path, baud: 115_200)
    let machine = TemporaryMachine()
    machine.file("/sys/class/pwm/pwmchip0/npwm", "1\n")
    for name in ["period", "duty_cycle", "enable"] {
      machine.file("/sys/class/pwm/pwmchip0/pwm0/\(name)")
    }
    let output = try machine.hardware().pwmOutput("pwmchip0/0")
    try output.start(period: Interval(seconds: 0.02))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
    defer { buffer.deallocate() }
    let clock = MonotonicClock()
    let count = try allocations {
      _ = try port.write(UnsafeRawBufferPointer(buffer))
      _ = try port.read(into: buffer)
      try output.set(high: Interval(nanoseconds: 1_234_567))
      clock.sleep(until: clock.now + Interval(nanoseconds: 1000))
    }
    #expect(count == 0)
    #expect(machine.text("/sys/class/pwm/pwmchip0/pwm0/duty_cycle") == "1234567")
  }
}

@Suite("The machine's clock")
struct MonotonicClockTests {
  @Test("It is CLOCK_MONOTONIC, and sleeps until a deadline, not for a time")
  func clock() {
    let clock = MonotonicClock()
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let before = Instant(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    #expect(clock.now >= before)
    #expect((clock.now - before).seconds < 10)
    let deadline = clock.now + Interval(nanoseconds: 3_000_000)
    clock.sleep(until: deadline)
    #expect(clock.now >= deadline)
    let after = clock.now
    clock.sleep(until: deadline)
    clock.sleep(until: .zero)
    #expect((clock.now - after).seconds < 1, "a deadline that has passed is no sleep")
  }
}
