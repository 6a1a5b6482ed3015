// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Glibc
import KernelHeaders
import LinuxBuses
import Quantities
import Testing

/// A machine with one camera at /dev/video0, small and grey unless a test says otherwise.
struct CameraBench {
  static let grey = ScriptedCamera.Format(pixels: UInt32(UMWELT_GREY), sizes: [(8, 4)])
  let machine = TemporaryMachine()
  let device = ScriptedCamera()

  init(_ formats: [ScriptedCamera.Format] = [grey]) {
    device.formats = formats
    machine.deviceFile("/dev/video0", device)
  }

  func camera(
    _ width: Int = 8, _ height: Int = 4, rateHz: Double = 30,
    controls: [(name: String, value: Int)] = []
  ) throws(HardwareError) -> LinuxCamera {
    var names = LinuxNames()
    names.cameras = [
      "front": CameraSettings(
        device: "video0", width: width, height: height, rateHz: rateHz, controls: controls)
    ]
    return try machine.hardware(names).camera("front")
  }

  /// A grey frame whose every pixel is `level`.
  func expose(_ level: UInt8, sequence: UInt32, flags: Int32 = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) {
    device.expose(
      [UInt8](repeating: level, count: 32), sequence: sequence,
      timeUs: Int64(sequence) * 33_333 + 7_000_000, flags: UInt32(flags))
  }
}

@Suite("A camera's frames on Linux")
struct CameraTests {
  let bench = CameraBench()
  var frame = Frame(width: 8, height: 4)

  @Test("It starts with the format, the rate, four mapped buffers, all given, then streams")
  func start() throws {
    let camera = try bench.camera()
    #expect(
      bench.device.trace == [
        "format GREY 8x4", "rate 30.0", "buffers 4", "map 0", "map 1", "map 2", "map 3",
        "give 0", "give 1", "give 2", "give 3", "on"
      ])
    #expect("\(camera)" == "front: 8x4 GREY at 30.0 Hz")
  }

  @Test("When it is gone it stops, gives the buffers back and closes")
  func end() throws {
    do { _ = try bench.camera() }
    #expect(bench.device.trace.suffix(3) == ["off", "buffers 0", "close"])
    #expect(bench.machine.kernel.openCount == 0)
  }

  @Test("A frame has the driver's time and number, and comes once")
  mutating func one() throws {
    let camera = try bench.camera()
    #expect(try !camera.latest(into: &frame))
    bench.expose(200, sequence: 0)
    #expect(try camera.latest(into: &frame))
    #expect(frame.sequence == 1)
    #expect(frame.capturedAt == Instant(nanoseconds: 7_000_000_000))
    #expect(frame.pixels == [UInt8](repeating: 200, count: 96))
    #expect(try !camera.latest(into: &frame))
  }

  @Test("Of several frames the newest is taken and the others are given back at once")
  mutating func newest() throws {
    let camera = try bench.camera()
    for i in 0..<3 { bench.expose(UInt8(10 * i), sequence: UInt32(i)) }
    bench.device.forget()
    #expect(try camera.latest(into: &frame))
    #expect(frame.pixels[0] == 20)
    #expect(frame.sequence == 3)
    #expect(bench.device.trace == ["take 0", "take 1", "give 0", "take 2", "give 1"])
    #expect(camera.counts == LinuxCamera.Counts(taken: 3, dropped: 0, damaged: 0))
  }

  @Test("Two who look each get the newest frame once")
  mutating func twoReaders() throws {
    let camera = try bench.camera()
    var other = frame
    bench.expose(50, sequence: 0)
    #expect(try camera.latest(into: &frame))
    #expect(try camera.latest(into: &other))
    #expect(other == frame)
    #expect(try !camera.latest(into: &other))
  }

  @Test("Frames that the driver lost are counted and leave a gap in the numbers")
  mutating func drops() throws {
    let camera = try bench.camera()
    bench.expose(1, sequence: 4)
    #expect(try camera.latest(into: &frame))
    bench.expose(2, sequence: 9)
    #expect(try camera.latest(into: &frame))
    #expect(frame.sequence == 10)
    #expect(camera.counts == LinuxCamera.Counts(taken: 2, dropped: 4, damaged: 0))
  }

  @Test(
    "The driver's count may wrap, or stand still: frames come all the same",
    arguments: [
      (.max - 1, 0, 1, 1), (.max - 1, 2, 3, 3), (5, 5, 0, 7), (5, 3, 0, 7), (0, 1 << 31, 0, 2)
    ] as [(UInt32, UInt32, Int, UInt32)])
  mutating func counting(first: UInt32, second: UInt32, dropped: Int, number: UInt32) throws {
    let camera = try bench.camera()
    for sequence in [first, second] {
      bench.device.expose([UInt8](repeating: 9, count: 32), sequence: sequence, timeUs: 1)
      #expect(try camera.latest(into: &frame))
    }
    #expect(frame.sequence == number)
    #expect(camera.counts == LinuxCamera.Counts(taken: 2, dropped: dropped, damaged: 0))
  }

  @Test("A frame that the driver marks, an empty and a short one are let go and counted")
  mutating func damaged() throws {
    let camera = try bench.camera()
    bench.expose(
      1, sequence: 0, flags: V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_ERROR)
    #expect(try !camera.latest(into: &frame))
    bench.device.expose([], sequence: 1, timeUs: 1)
    #expect(try !camera.latest(into: &frame))
    bench.device.expose([UInt8](repeating: 1, count: 31), sequence: 2, timeUs: 1)
    #expect(try !camera.latest(into: &frame))
    #expect(camera.counts == LinuxCamera.Counts(taken: 0, dropped: 0, damaged: 3))
    #expect(bench.device.empty.count == 4)
    bench.expose(7, sequence: 3)
    #expect(try camera.latest(into: &frame))
    #expect(frame.pixels[0] == 7)
  }

  @Test("A driver that stamps with another clock gets the time at which we took the frame")
  mutating func foreignClock() throws {
    let camera = try bench.camera()
    let before = MonotonicClock().now
    bench.expose(1, sequence: 0, flags: V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN)
    #expect(try camera.latest(into: &frame))
    #expect(frame.capturedAt >= before && frame.capturedAt <= MonotonicClock().now)
  }

  @Test("A camera faster than we look does not hold us: one look takes four frames at most")
  mutating func bounded() throws {
    let camera = try bench.camera()
    for i in 0..<9 { bench.expose(UInt8(i), sequence: UInt32(i)) }  // five find no buffer
    bench.device.refill = [UInt8](repeating: 99, count: 32)
    bench.device.forget()
    #expect(try camera.latest(into: &frame))
    #expect(bench.device.trace.filter { $0.hasPrefix("take") }.count == 4)
    #expect(frame.pixels[0] == 3)
  }

  @Test(
    "An unplugged camera, and a driver that refuses a buffer, are errors with the name",
    arguments: [
      (request_VIDIOC_DQBUF, ENODEV), (request_VIDIOC_DQBUF, EIO), (request_VIDIOC_QBUF, ENODEV)
    ])
  mutating func unplugged(request: UInt64, errno: Int32) throws {
    let camera = try bench.camera()
    bench.expose(1, sequence: 0)
    bench.expose(2, sequence: 1)
    bench.device.failures = [request: -errno]
    var frame = self.frame
    let error = thrown(FrameError.self) { try camera.latest(into: &frame) }
    #expect(error == FrameError(camera: "front", errno: errno))
  }

  @Test("A driver that grants fewer buffers is used with these, with one only not at all")
  func fewBuffers() throws {
    bench.device.mostBuffers = 2
    _ = try bench.camera()
    #expect(bench.device.trace.contains("buffers 2"))
    bench.device.mostBuffers = 1
    #expect(
      thrown(HardwareError.self) { try bench.camera() }?.reason?.contains("does not start") == true)
  }

  /// What the kernel says to the start of the stream, and what to do.
  static let refusals: [(UInt64, Int32, String)] = [
    (request_VIDIOC_S_FMT, EBUSY, "streaming to another program"),
    (request_VIDIOC_STREAMON, ENODEV, "was unplugged"),
    (request_VIDIOC_REQBUFS, ENOMEM, "does not start"),
    (request_VIDIOC_QUERYBUF, EIO, "does not start"),
    (request_VIDIOC_QBUF, EIO, "does not start"),
    (request_VIDIOC_STREAMON, ENOSPC, "does not start")
  ]

  @Test(
    "Each refusal to start says what to do and leaves nothing open", arguments: refusals.indices)
  func refusal(row: Int) {
    let (request, errno, words) = Self.refusals[row]
    bench.device.failures = [request: -errno]
    let error = thrown(HardwareError.self) { try bench.camera() }
    #expect(error?.reason?.contains(words) == true, "\(String(describing: error))")
    #expect(bench.machine.kernel.openCount == 0)
  }
}
