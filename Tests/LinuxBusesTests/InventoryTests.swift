// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import FakeGPIOChip
import Glibc
import KernelHeaders
import LinuxBuses
import Quantities
import Testing

@Suite("What a machine has")
struct InventoryTests {
  @Test("An empty machine has nothing")
  func empty() {
    let hardware = TemporaryMachine().hardware()
    #expect(hardware.i2cAdapters.isEmpty && hardware.gpioLines.isEmpty)
    #expect(hardware.pwmOutputs.isEmpty && hardware.cameras.isEmpty && hardware.watchdogs.isEmpty)
  }

  @Test("Lines with their chips, names and holders")
  func lines() {
    let bench = GPIOBench([("pinctrl-rp1", "ID_SDA,ID_SCL", 3)])
    umwelt_fake_gpio_hold(bench.chips[0], 1, "i2c0")
    let lines = bench.hardware.gpioLines
    #expect(lines.map(\.description) == ["pinctrl-rp1/0", "pinctrl-rp1/1", "pinctrl-rp1/2"])
    #expect(lines.map(\.name) == ["ID_SDA", "ID_SCL", ""])
    #expect(lines.map(\.consumer) == ["", "i2c0", ""])
  }

  @Test("PWM outputs by their devices")
  func outputs() {
    #expect(
      PWMBench().machine.hardware().pwmOutputs
        == ["1f00098000.pwm/0", "1f00098000.pwm/1", "1f00098000.pwm/2", "1f00098000.pwm/3"])
  }

  @Test("Cameras with their formats, and none of the files that are no cameras")
  func cameras() {
    let bench = CameraBench([
      ScriptedCamera.Format(pixels: UInt32(UMWELT_YUYV)),
      ScriptedCamera.Format(pixels: UInt32(UMWELT_MJPEG))
    ])
    let metadata = ScriptedCamera()
    metadata.capabilities = UInt32(V4L2_CAP_STREAMING)
    bench.machine.deviceFile("/dev/video1", metadata)
    bench.machine.deviceFile("/dev/video2", RefusingDevice(errno: EACCES))
    let planes = ScriptedCamera()
    planes.capabilities = UInt32(V4L2_CAP_VIDEO_CAPTURE_MPLANE) | UInt32(V4L2_CAP_STREAMING)
    planes.bus = "platform:rkisp1"
    bench.machine.deviceFile("/dev/video3", planes)
    let cameras = bench.machine.hardware().cameras
    #expect(cameras.map(\.path) == ["/dev/video0", "/dev/video3"])
    #expect(cameras.map(\.canStream) == [true, false])
    #expect(cameras[0].formats == ["YUYV", "MJPG"])
    #expect(cameras[1].bus == "platform:rkisp1")
    #expect(bench.device.trace == ["close"], "nothing is set and nothing streams")
  }

  @Test(
    "Watchdogs, without opening them",
    arguments: [
      ("inactive", "0", "0", false, false, false), ("active", "1", "32", true, true, true)
    ])
  func watchdogs(
    state: String, nowayout: String, status: String, isRunning: Bool, isNeverStopped: Bool,
    causedLastReset: Bool
  ) throws {
    let machine = TemporaryMachine()
    let folder = "/sys/class/watchdog/watchdog0"
    for (name, text) in [
      ("identity", "Broadcom BCM2835 Watchdog timer"), ("timeout", "15"), ("state", state),
      ("nowayout", nowayout), ("bootstatus", status)
    ] { machine.file("\(folder)/\(name)", text + "\n") }
    let device = ScriptedWatchdog()
    machine.deviceFile("/dev/watchdog0", device)
    let found = try #require(machine.hardware().watchdogs.first)
    #expect(found.path == "/dev/watchdog0")
    #expect(found.identity == "Broadcom BCM2835 Watchdog timer")
    #expect(found.timeout == Interval(seconds: 15))
    #expect(found.isRunning == isRunning)
    #expect(found.isNeverStopped == isNeverStopped)
    #expect(found.causedLastReset == causedLastReset)
    #expect(device.trace.isEmpty)
  }
}
