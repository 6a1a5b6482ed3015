// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import KernelHeaders
import LinuxBuses
import Testing

@Suite("A camera's controls")
struct CameraControlTests {
  let bench = CameraBench()

  init() {
    bench.device.controls = [
      control(1, "User Controls", V4L2_CTRL_TYPE_CTRL_CLASS, 0...0),
      control(2, "Gain", V4L2_CTRL_TYPE_INTEGER, 0...255, initial: 16),
      control(3, "Auto Exposure", V4L2_CTRL_TYPE_MENU, 0...3, initial: 3),
      control(
        4, "Exposure Time, Absolute", V4L2_CTRL_TYPE_INTEGER, 3...2047, initial: 250,
        flags: V4L2_CTRL_FLAG_INACTIVE),
      control(5, "Privacy", V4L2_CTRL_TYPE_BOOLEAN, 0...1, flags: V4L2_CTRL_FLAG_READ_ONLY),
      control(6, "Old", V4L2_CTRL_TYPE_INTEGER, 0...1, flags: V4L2_CTRL_FLAG_DISABLED)
    ]
    bench.device.values = [2: 16, 3: 3, 4: 250]
  }

  private func control(
    _ id: UInt32, _ name: String, _ type: v4l2_ctrl_type, _ range: ClosedRange<Int32>,
    initial: Int32 = 0, flags: Int32 = 0
  ) -> v4l2_queryctrl {
    var control = v4l2_queryctrl()
    (control.id, control.type, control.flags) = (id, type.rawValue, UInt32(flags))
    (control.minimum, control.maximum) = (range.lowerBound, range.upperBound)
    (control.step, control.default_value) = (1, initial)
    withUnsafeMutableBytes(of: &control.name) { $0.copyBytes(from: name.utf8) }
    return control
  }

  @Test("Numbers, switches and menus are listed; headings and dead ones are not")
  func list() throws {
    let all = try bench.camera().allControls
    #expect(all.map(\.name) == ["Gain", "Auto Exposure", "Exposure Time, Absolute", "Privacy"])
    #expect(all.map(\.kind) == [.number, .menu, .number, .onOff])
    #expect(all[2].range == 3...2047 && all[2].initial == 250 && all[2].isInactive)
    #expect(all[3].isReadOnly)
  }

  @Test("A control is read and set by its name, in any case of letters")
  func named() throws {
    let camera = try bench.camera()
    #expect(try camera.value(of: "gain") == 16)
    try camera.set("GAIN", to: 40)
    #expect(try camera.value(of: "Gain") == 40)
    #expect(bench.device.values[2] == 40)
  }

  @Test("The board's controls are set before the stream runs, in the board's order")
  func atStart() throws {
    _ = try bench.camera(controls: [("Auto Exposure", 1), ("Gain", 99)])
    let trace = bench.device.trace
    let controls = trace.filter { $0.hasPrefix("control") }
    #expect(controls == ["control 3=1", "control 2=99"])
    let lastControl = trace.lastIndex { $0.hasPrefix("control") } ?? Int.max
    #expect(lastControl < trace.firstIndex(of: "on") ?? -1)
  }

  /// What cannot be set, and why.
  static let refusals: [(name: String, value: Int, CameraControlError.Reason)] = [
    ("Gain", 256, .outOfRange(0...255)), ("Gain", -1, .outOfRange(0...255)),
    ("Gain", Int.max, .outOfRange(0...255)),
    ("Exposure Time, Absolute", 300, .inactive), ("Privacy", 1, .readOnly),
    (
      "Zoom", 1,
      .unknown(available: ["Gain", "Auto Exposure", "Exposure Time, Absolute", "Privacy"])
    )
  ]

  @Test(
    "What cannot be set is refused with its reason, and nothing is sent",
    arguments: refusals.indices)
  func refusal(row: Int) throws {
    let (name, value, reason) = Self.refusals[row]
    let camera = try bench.camera()
    let error = thrown(CameraControlError.self) { try camera.set(name, to: value) }
    #expect(error == CameraControlError(camera: "front", control: name, reason: reason))
    #expect(!bench.device.trace.contains { $0.hasPrefix("control") })
    let start = thrown(HardwareError.self) { try bench.camera(controls: [(name, value)]) }
    #expect(start?.reason == error?.description)
  }

  @Test(
    "The kernel's own refusals are told",
    arguments: [
      (request_VIDIOC_S_CTRL, ENODEV), (request_VIDIOC_G_CTRL, EIO)
    ])
  func system(request: UInt64, errno: Int32) throws {
    let camera = try bench.camera()
    bench.device.failures = [request: -errno]
    let error = thrown(CameraControlError.self) {
      if request == request_VIDIOC_S_CTRL {
        try camera.set("Gain", to: 1)
      } else {
        _ = try camera.value(of: "Gain")
      }
    }
    #expect(error?.reason == .system(errno: errno))
  }
}
