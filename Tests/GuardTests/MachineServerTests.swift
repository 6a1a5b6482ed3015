// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Devices
import Glibc
import GuardFixtures
import LinuxBuses
import MallocCount
import Quantities
import SocketBuses
import Testing

@Suite("A machine behind a socket", .serialized)
struct MachineServerTests {
  /// The rover's bridge: a channel of the PWM chip on, then awake.
  private func drive(_ hardware: SocketHardware) throws -> any OutputLine {
    let chip = I2CDevice(bus: try hardware.i2cBus("i2c-1"), address: 0x40)
    try chip.write(0x20, to: 0x00)
    for register: UInt8 in [0x07, 0x0B] { try chip.write(0x10, to: register) }
    for register: UInt8 in [0x09, 0x0D] { try chip.write(0x00, to: register) }
    let standby = try hardware.outputLine("MOTOR_STBY")
    try standby.set(high: true)
    return standby
  }

  @Test("Registers, edges and pictures are those of the chips, with this computer's times")
  func parts() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let hardware = try rig.hardware()
    let imu = I2CDevice(bus: try hardware.i2cBus("i2c-1"), address: 0x68)
    #expect(try imu.read(0x75) == 0x68)
    let camera = try hardware.frameSource("front")
    #expect(camera.width == 64 && camera.height == 64)
    var frame = Frame(width: 64, height: 64)
    usleep(50_000)
    #expect(try camera.latest(into: &frame))
    #expect(Set(frame.pixels).count > 10, "a picture")
    let age = (hardware.clock.now - frame.capturedAt).seconds
    #expect(age >= 0 && age < 5)
    let line = try hardware.edgeLine("IMU_INT", .rising)
    for (register, value): (UInt8, UInt8) in [(0x6B, 0x01), (0x38, 0x01)] {
      try imu.write(value, to: register)
    }
    usleep(50_000)
    let edge = try #require(try line.nextEdge())
    #expect((hardware.clock.now - edge.at).seconds < 5 && edge.isRising)
  }

  @Test("Nobody home, and what is not there, are the same errors as without a socket")
  func errors() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let hardware = try rig.hardware()
    let nobody = I2CDevice(bus: try hardware.i2cBus("i2c-1"), address: 0x11)
    #expect(
      throws: I2CError(bus: "i2c-1", address: 0x11, register: 0, reason: .noAcknowledge)
    ) { try nobody.read(0) }
    #expect(throws: HardwareError(kind: "I2C bus", name: "i2c-9", available: ["i2c-1"])) {
      try hardware.i2cBus("i2c-9")
    }
    #expect(throws: HardwareError.self) { try hardware.outputLine("NO_LINE") }
    #expect(throws: HardwareError.self) { try hardware.inputLine("NO_LINE") }
    #expect(throws: HardwareError.self) { try hardware.edgeLine("NO_LINE", .both) }
    #expect(throws: HardwareError.self) { try hardware.frameSource("back") }
    #expect(throws: HardwareError.self) { try hardware.pwmOutput("PWM0") }
    #expect(throws: HardwareError.self) {
      try SocketHardware(rig.folder.path + "/nothing", clock: MonotonicClock())
    }
    #expect(throws: HardwareError.self, "another serves it") { try rig.second() }
  }

  @Test("A line is its first asker's alone; when that is gone its pull decides, and it is free")
  func lines() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let other = try rig.hardware()
    var hardware: SocketHardware? = try rig.hardware()
    var standby: (any OutputLine)? = try hardware.map { try drive($0) }
    #expect(standby != nil)
    #expect(try !other.standing().isSafe)
    do throws(HardwareError) {
      _ = try other.outputLine("MOTOR_STBY")
      Issue.record("two hold it")
    } catch { #expect(error.description.contains("another program holds it")) }
    let before = other.clock.now
    (hardware, standby) = (nil, nil)
    #expect(try rig.becomes(safe: true, within: 5))
    #expect(try other.standing().since >= before)
    _ = try other.outputLine("MOTOR_STBY")
  }

  @Test("Safe is asleep, or every input of the bridge low")
  func safety() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let hardware = try rig.hardware()
    let standby = try drive(hardware)
    #expect(try !hardware.standing().isSafe)
    try standby.set(high: false)
    #expect(try hardware.standing().isSafe)
    try standby.set(high: true)
    let changes = try hardware.standing().changes
    try I2CDevice(bus: try hardware.i2cBus("i2c-1"), address: 0x40).write(0x10, to: 0xFD)
    #expect(try hardware.standing().isSafe)
    #expect(try hardware.standing().changes == changes + 1)
  }

  @Test("Its watchdog resets the machine: every connection ends, and lines with them")
  func watchdog() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let hardware = try rig.hardware()
    _ = try drive(hardware)
    let watchdog = try hardware.watchdog(timeout: Interval(seconds: 0.3))
    #expect(throws: WatchdogError(device: "machine", reason: .taken)) {
      try hardware.watchdog(timeout: Interval(seconds: 1))
    }
    for _ in 0..<5 {
      usleep(50_000)
      try watchdog.kick()
    }
    #expect(try !hardware.standing().isSafe, "kicked in time")
    usleep(600_000)
    #expect(throws: WatchdogError.self) { try watchdog.kick() }
    #expect(throws: HardwareError.self) { try hardware.standing() }
    let again = try rig.hardware()
    #expect(try again.standing().resets == 1 && again.standing().isSafe)
    let stopped = try again.watchdog(timeout: Interval(seconds: 0.1))
    try stopped.stop()
    usleep(200_000)
    #expect(try again.standing().resets == 1)
    #expect(throws: WatchdogError.self, "it does not run any more") { try stopped.kick() }
  }

  @Test("Packets of garbage are answered as such, and others are served on")
  func garbage() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let file = umwelt_connect(rig.socket)
    try #require(file >= 0)
    defer { umwelt_hang_up(file) }
    let wellBehaved = try rig.hardware()
    var packets: [[UInt8]] = [[0], [1], [2, 1], [1, 0], [1, 99], [1, 2], [1, 1, 200, 65]]
    for operation: UInt8 in 1...14 {
      packets += [[1, operation], [1, operation, 255, 255], [1, operation, 0, 0, 255, 255]]
    }
    packets.append([UInt8](repeating: 1, count: 190_000))
    var answer = [UInt8](repeating: 0, count: 200_000)
    for packet in packets {
      #expect(umwelt_send(file, packet, UInt64(packet.count)) == Int64(packet.count))
      let got = umwelt_receive(file, &answer, UInt64(answer.count))
      #expect(got >= 2 && answer[0] == 1, "\(packet.prefix(8)) was answered with \(got)")
      #expect(answer[1] <= 4)
    }
    #expect(try wellBehaved.standing().isSafe)
  }

  @Test("Once all is open, using it asks for no memory", .enabled(if: isOptimised))
  func allocations() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let hardware = try rig.hardware()
    let standby = try drive(hardware)
    let chip = I2CDevice(bus: try hardware.i2cBus("i2c-1"), address: 0x40)
    let edges = try hardware.edgeLine("IMU_INT", .rising)
    let watchdog = try hardware.watchdog(timeout: Interval(seconds: 60))
    umwelt_malloc_count_start()
    for _ in 0..<100 {
      try standby.set(high: false)
      try chip.write(0x10, to: 0xFD)
      _ = try chip.read(0x00)
      _ = try edges.nextEdge()
      try watchdog.kick()
    }
    let counts = umwelt_malloc_count_stop()
    #expect(counts.allocations == 0)
  }

  @Test("Random packets do not end it")
  func randomPackets() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let file = umwelt_connect(rig.socket)
    try #require(file >= 0)
    defer { umwelt_hang_up(file) }
    var random = SeededGenerator(seed: 20, stream: "packets")
    var answer = [UInt8](repeating: 0, count: 200_000)
    for _ in 0..<3000 {
      var packet: [UInt8] = [1, UInt8(truncatingIfNeeded: random.next() % 16)]
      for _ in 0..<(random.next() % 24) { packet.append(UInt8(truncatingIfNeeded: random.next())) }
      _ = umwelt_send(file, packet, UInt64(packet.count))
      #expect(umwelt_receive(file, &answer, UInt64(answer.count)) >= 2)
    }
    let after = try rig.hardware()
    #expect(try after.i2cBus("i2c-1").name == "i2c-1")
  }

  @Test("A client that only asks and never listens loses its connection, not the others theirs")
  func deafClient() throws {
    let rig = try ServedRig()
    defer { rig.end() }
    let deaf = umwelt_connect(rig.socket)
    try #require(deaf >= 0)
    defer { umwelt_hang_up(deaf) }
    let other = try rig.hardware()
    let question: [UInt8] = [1, 14]
    var sent = 0
    while sent < 100_000, umwelt_send(deaf, question, 2) == 2 { sent += 1 }
    #expect(sent < 100_000, "it was hung up on after \(sent)")
    #expect(try other.standing().isSafe)
  }
}

extension ServedRig {
  fileprivate func second() throws { _ = try ServedRig(at: socket) }
}
