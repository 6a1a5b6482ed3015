// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Glibc
import KernelHeaders
import LinuxBuses
import Testing

@Suite("What a camera is asked for")
struct CameraNegotiationTests {
  typealias Format = ScriptedCamera.Format
  static let yuyv = UInt32(UMWELT_YUYV)
  static let mjpeg = UInt32(UMWELT_MJPEG)
  static let grey = UInt32(UMWELT_GREY)

  @Test("The size that is wanted, where the camera has it, in YUYV before MJPEG before GREY")
  func exact() throws {
    let sizes: [(UInt32, UInt32)] = [(1280, 720), (640, 480), (320, 240)]
    let named = sizes.map { (width: $0.0, height: $0.1) }
    let bench = CameraBench(
      [Self.grey, Self.mjpeg, Self.yuyv].map { Format(pixels: $0, sizes: named) })
    let camera = try bench.camera(320, 240)
    #expect("\(camera)" == "front: 320x240 YUYV at 30.0 Hz")
    let small = CameraBench([Self.grey, Self.mjpeg].map { Format(pixels: $0, sizes: named) })
    #expect(try "\(small.camera(320, 240))" == "front: 320x240 MJPEG at 30.0 Hz")
  }

  @Test("The smallest size that covers the wanted one, cropped to its shape and scaled")
  func covering() throws {
    let bench = CameraBench([
      Format(pixels: Self.yuyv, sizes: [(1280, 720), (640, 480), (160, 120), (32, 24)])
    ])
    #expect(
      try "\(bench.camera(64, 64))"
        == "front: 160x120 YUYV at 30.0 Hz, the middle 120x120 of it scaled to 64x64")
  }

  @Test("An MJPEG is decoded at the coarsest size that still covers the frame")
  func shrunk() throws {
    let bench = CameraBench([Format(pixels: Self.mjpeg, sizes: [(640, 480)])])
    #expect(
      try "\(bench.camera(64, 64))"
        == "front: 640x480 MJPEG at 30.0 Hz, decoded at 1/4, the middle 120x120 of it scaled to "
        + "64x64")
  }

  @Test("A part of the wanted size needs no scaling, and is told as cropped")
  func cropped() throws {
    let bench = CameraBench([Format(pixels: Self.yuyv, sizes: [(96, 64)])])
    #expect(try "\(bench.camera(64, 64))" == "front: 96x64 YUYV at 30.0 Hz, cropped to 64x64")
  }

  @Test("A camera that is too small gives its largest, scaled up")
  func tooSmall() throws {
    let bench = CameraBench([Format(pixels: Self.grey, sizes: [(16, 16), (32, 32)])])
    #expect(
      try "\(bench.camera(64, 64))"
        == "front: 32x32 GREY at 30.0 Hz, the middle 32x32 of it scaled to 64x64")
  }

  @Test(
    "A range of sizes gives the wanted one, or the next step above",
    arguments: [
      (64, 64, "64x64"), (70, 50, "80x64"), (4, 4, "32x32"), (5000, 5000, "1920x1080")
    ])
  func range(width: Int, height: Int, taken: String) throws {
    let bench = CameraBench([
      Format(pixels: Self.yuyv, range: (least: (32, 32), most: (1920, 1080), step: 16))
    ])
    #expect(try "\(bench.camera(width, height))".hasPrefix("front: \(taken) YUYV"))
  }

  @Test("A driver that lists no sizes is asked for the wanted one")
  func noList() throws {
    let bench = CameraBench([Format(pixels: Self.yuyv)])
    bench.device.failures = [request_VIDIOC_ENUM_FRAMESIZES: -ENOTTY]
    #expect(try "\(bench.camera(64, 48))" == "front: 64x48 YUYV at 30.0 Hz")
  }

  @Test("A format too slow for the rate is passed over for one that is fast enough")
  func rate() throws {
    let bench = CameraBench([
      Format(pixels: Self.yuyv, sizes: [(640, 480)], fastestHz: { _ in 10 }),
      Format(pixels: Self.mjpeg, sizes: [(640, 480)], fastestHz: { _ in 60 })
    ])
    #expect(try "\(bench.camera(640, 480))" == "front: 640x480 MJPEG at 30.0 Hz")
    #expect(try "\(bench.camera(640, 480, rateHz: 10))" == "front: 640x480 YUYV at 10.0 Hz")
  }

  @Test("Where nothing is fast enough, the fastest is taken, and its rate told")
  func fastest() throws {
    let bench = CameraBench([
      Format(pixels: Self.yuyv, sizes: [(640, 480)], fastestHz: { _ in 10 }),
      Format(pixels: Self.mjpeg, sizes: [(640, 480)], fastestHz: { _ in 25 }),
      Format(pixels: Self.grey, sizes: [(640, 480)], fastestHz: { _ in 15 })
    ])
    let camera = try bench.camera(640, 480, rateHz: 120)
    #expect(camera.mode.rateHz == 25)
    #expect(camera.mode.pixels == .mjpeg)
    #expect(bench.device.current.pixelformat == Self.mjpeg, "and set last")
  }

  @Test("29.97 Hz is 30 Hz; a camera without rates is taken as it is")
  func nearRate() throws {
    let bench = CameraBench([
      Format(pixels: Self.yuyv, sizes: [(640, 480)], fastestHz: { _ in 29 })
    ])
    #expect(try bench.camera(640, 480).mode.rateHz == 29)
    bench.device.hasRates = false
    #expect(try "\(bench.camera(640, 480))" == "front: 640x480 YUYV")
  }

  @Test("A camera with none of our formats is refused, and its formats told")
  func rawOnly() {
    let bench = CameraBench([Format(pixels: 0x3031_4742, sizes: [(640, 480)])])  // BG10
    let error = thrown(HardwareError.self) { try bench.camera() }
    #expect(error?.reason?.contains("delivers BG10, and nothing of YUYV, MJPEG or GREY") == true)
    bench.device.formats = []
    let none = thrown(HardwareError.self) { try bench.camera() }
    #expect(none?.reason?.contains("no format at all") == true)
  }

  @Test("A driver that refuses a size gets the next")
  func refusedSize() {
    let bench = CameraBench([Format(pixels: Self.yuyv, sizes: [(640, 480)])])
    bench.device.failures = [request_VIDIOC_S_FMT: -EINVAL]
    #expect(
      thrown(HardwareError.self) { try bench.camera() }?.reason?.contains("delivers YUYV") == true)
  }

  @Test("A camera is found by file, card and place; one of two of a kind by place only")
  func names() throws {
    let bench = CameraBench()
    let twin = ScriptedCamera()
    twin.formats = [CameraBench.grey]
    twin.bus = "usb-0000:01:00.0-1.4"
    bench.machine.deviceFile("/dev/video2", twin)
    bench.machine.link("/dev/v4l/by-id/usb-HD-index0", to: "/dev/video2")
    let metadata = ScriptedCamera()
    metadata.capabilities = UInt32(V4L2_CAP_STREAMING) | 0x80_0000
    bench.machine.deviceFile("/dev/video1", metadata)
    let hardware = bench.machine.hardware()
    for name in ["video2", "/dev/video2", "usb-0000:01:00.0-1.4"] {
      #expect(try hardware.frameSource(name).name == name)
    }
    #expect(try hardware.frameSource("/dev/v4l/by-id/usb-HD-index0").width == 640)
    #expect(twin.trace.filter { $0 == "on" }.count == 4)
    #expect(bench.device.trace.contains("on") == false)
    let error = thrown(HardwareError.self) { try hardware.camera(twin.card) }
    #expect(error?.reason?.contains("is the name of several") == true)
    twin.card = "Other"
    #expect(try hardware.camera("Other").width == 640)
  }

  @Test("Cameras that are not there are told with those that are")
  func unknown() {
    let bench = CameraBench()
    let error = thrown(HardwareError.self) { try bench.machine.hardware().camera("video7") }
    #expect(
      error?.available == ["/dev/video0 (HD USB Camera: HD USB Camera, usb-0000:01:00.0-1.3)"])
    let none = thrown(HardwareError.self) { try TemporaryMachine().hardware().camera("video0") }
    #expect(none?.reason?.contains("has no camera") == true)
  }

  @Test("A camera that we may not open, and one of several planes, are told as that")
  func refused() {
    let bench = CameraBench()
    bench.device.capabilities = UInt32(V4L2_CAP_VIDEO_CAPTURE_MPLANE)
    #expect(
      thrown(HardwareError.self) { try bench.camera() }?.reason?.contains("several planes") == true)
    bench.machine.kernel.attach(RefusingDevice(errno: EACCES), at: "/dev/video0")
    for name in ["video0", "HD USB Camera: HD USB Camera"] {
      let error = thrown(HardwareError.self) { try bench.machine.hardware().camera(name) }
      #expect(error?.reason?.contains("usermod -aG video") == true, "\(name)")
    }
    bench.machine.kernel.attach(RefusingDevice(errno: EIO), at: "/dev/video0")
    let broken = thrown(HardwareError.self) { try bench.machine.hardware().camera("video0") }
    #expect(broken?.reason?.contains("cannot be opened") == true)
  }
}
