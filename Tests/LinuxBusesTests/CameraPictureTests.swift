// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import KernelHeaders
import LinuxBuses
import MallocCount
import Testing

/// A frame as USB cameras send it, without Huffman tables: 16 x 64, all of it (200, 60, 30).
///
/// Made with Pillow 11 (quality 50, subsampling 4:2:2); its DHT and APP0 segments were cut out.
private let motionJpeg: [UInt8] = {
  let digits = """
    ffd8ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e40
    4457453738506d51575f626768673e4d71797064785c656763ffdb0043011112121815182f1a1a2f634238426363
    63636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363
    6363ffc00011080040001003012100021101031101ffda000c03010002110311003f00a14579a7d1051400514005
    140051400514005140051401ffd9
    """.filter { $0.isHexDigit }
  return stride(from: 0, to: digits.count, by: 2).compactMap { at in
    let start = digits.index(digits.startIndex, offsetBy: at)
    return UInt8(digits[start...].prefix(2), radix: 16)
  }
}()

@Suite("A camera's pictures on Linux")
struct CameraPictureTests {
  private func bench(_ pixels: Int, _ width: UInt32, _ height: UInt32) -> CameraBench {
    CameraBench([ScriptedCamera.Format(pixels: UInt32(pixels), sizes: [(width, height)])])
  }

  private func isNear(_ pixels: [UInt8], _ colour: [Int]) -> Bool {
    pixels.indices.allSatisfy { abs(Int(pixels[$0]) - colour[$0 % 3]) <= 6 }
  }

  @Test("MJPEG is decoded and scaled")
  func motion() throws {
    let bench = bench(UMWELT_MJPEG, 16, 64)
    let camera = try bench.camera(4, 4)
    var frame = Frame(width: 4, height: 4)
    bench.device.expose(motionJpeg, sequence: 0, timeUs: 1)
    #expect(try camera.latest(into: &frame))
    #expect(isNear(frame.pixels, [200, 60, 30]), "\(frame.pixels)")
  }

  @Test("A damaged MJPEG is counted and leaves the frame as it was")
  func damaged() throws {
    let bench = bench(UMWELT_MJPEG, 16, 64)
    let camera = try bench.camera(16, 64)
    var frame = Frame(width: 16, height: 64)
    let cut = Array(motionJpeg.dropLast(4))
    bench.device.expose(cut, sequence: 0, timeUs: 1)
    #expect(try !camera.latest(into: &frame))
    #expect(frame == Frame(width: 16, height: 64))
    bench.device.expose(motionJpeg, sequence: 1, timeUs: 2)
    #expect(try camera.latest(into: &frame))
    let before = frame
    var broken = motionJpeg
    broken.replaceSubrange((broken.count - 8)..., with: repeatElement(0xFF, count: 8))
    bench.device.expose(broken, sequence: 2, timeUs: 3)
    #expect(try !camera.latest(into: &frame))
    #expect(frame == before)
    #expect(camera.counts == LinuxCamera.Counts(taken: 1, dropped: 0, damaged: 2))
    #expect(bench.device.empty.count == 4, "no buffer is lost")
  }

  @Test(
    "MJPEGs ask for no memory after the first",
    .enabled(if: isOptimised && umwelt_malloc_count_works()))
  func allocations() throws {
    let bench = bench(UMWELT_MJPEG, 16, 64)
    bench.device.keepsTrace = false
    let camera = try bench.camera(4, 4)
    var frame = Frame(width: 4, height: 4)
    bench.device.expose(motionJpeg, sequence: 0, timeUs: 1)
    #expect(try camera.latest(into: &frame))
    bench.device.expose(motionJpeg, sequence: 1, timeUs: 2)
    umwelt_malloc_count_start()
    let isNew = try camera.latest(into: &frame)
    let counts = umwelt_malloc_count_stop()
    #expect(isNew)
    #expect(counts.allocations == 0)
  }

  @Test("Rows may be padded, and full-range luma is told by the driver")
  func rows() throws {
    let bench = bench(UMWELT_YUYV, 2, 2)
    bench.device.rowPadding = 6
    bench.device.isFullRange = true
    let camera = try bench.camera(2, 2)
    var frame = Frame(width: 2, height: 2)
    let padding = [UInt8](repeating: 0xEE, count: 6)
    bench.device.expose(
      [0, 128, 255, 128] + padding + [255, 128, 0, 128] + padding, sequence: 0, timeUs: 1)
    #expect(try camera.latest(into: &frame))
    #expect(frame.pixels == [0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0])
    // The last row's padding may be missing.
    bench.device.expose(
      [9, 128, 9, 128] + padding + [7, 128, 7, 128], sequence: 1, timeUs: 2)
    #expect(try camera.latest(into: &frame))
    #expect(frame.pixels == [9, 9, 9, 9, 9, 9, 7, 7, 7, 7, 7, 7])
  }

  @Test("The middle of a wider picture is what is seen")
  func middle() throws {
    let bench = bench(UMWELT_GREY, 8, 4)
    let camera = try bench.camera(4, 4)
    var frame = Frame(width: 4, height: 4)
    let row: [UInt8] = [255, 255, 10, 20, 30, 40, 255, 255]
    bench.device.expose(row + row + row + row, sequence: 0, timeUs: 1)
    #expect(try camera.latest(into: &frame))
    #expect(frame.pixels.prefix(12) == [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40])
    #expect("\(camera)" == "front: 8x4 GREY at 30.0 Hz, cropped to 4x4")
  }
}
