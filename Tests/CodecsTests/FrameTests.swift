// SPDX-License-Identifier: Apache-2.0
import CCodecs
import Codecs
import MallocCount
import Testing

/// A scaler, for as long as this lives.
private final class Scaler {
  let pointer: OpaquePointer
  let outCount: Int

  init(
    part: (left: Int, top: Int, width: Int, height: Int), to out: (width: Int, height: Int),
    _ rows: umwelt_rows
  ) throws {
    var scaling = umwelt_scaling(
      left: UInt32(part.left), top: UInt32(part.top), width: UInt32(part.width),
      height: UInt32(part.height), out_width: UInt32(out.width), out_height: UInt32(out.height))
    var made: OpaquePointer?
    #expect(umwelt_scaler_new(&scaling, rows, &made) == 0)
    pointer = try #require(made)
    outCount = out.width * out.height * 3
  }

  deinit { umwelt_scaler_free(pointer) }

  func picture(_ bytes: [UInt8], rowBytes: Int) -> [UInt8] {
    var rgb = [UInt8](repeating: 0xEE, count: outCount)
    rgb.withUnsafeMutableBufferPointer { out in
      umwelt_scaler_begin(pointer, out.baseAddress)
      bytes.withUnsafeBufferPointer { all in
        for start in stride(from: 0, to: all.count, by: rowBytes) {
          umwelt_scaler_row(UnsafeMutableRawPointer(pointer), all.baseAddress.map { $0 + start })
        }
      }
    }
    return rgb
  }
}

/// A decoder of JPEGs one after the other, for as long as this lives.
private final class Decoder {
  let pointer: OpaquePointer

  init(_ width: Int, _ height: Int, shrink: Int = 1) throws {
    var made: OpaquePointer?
    #expect(umwelt_jpeg_frames_new(UInt32(width), UInt32(height), UInt32(shrink), &made) == 0)
    pointer = try #require(made)
  }

  deinit { umwelt_jpeg_frames_free(pointer) }

  func decode(_ bytes: [UInt8], into scaler: Scaler, _ rgb: inout [UInt8]) -> Int32 {
    rgb.withUnsafeMutableBufferPointer { out in
      umwelt_scaler_begin(scaler.pointer, out.baseAddress)
      return umwelt_jpeg_frames_decode(
        pointer, bytes, bytes.count, umwelt_scaler_row, UnsafeMutableRawPointer(scaler.pointer))
    }
  }
}

@Suite("Rows to a picture of a fixed size")
struct ScalerTests {
  @Test(
    "The mean of the covered area, byte by byte what Picture.resized gives",
    arguments: [
      (8, 6), (16, 12), (5, 7), (1, 1), (3, 12), (40, 31), (17, 11)
    ])
  func means(width: Int, height: Int) throws {
    let source = PictureTests.pattern(16, 12)
    let scaler = try Scaler(
      part: (0, 0, 16, 12), to: (width, height), UMWELT_ROWS_RGB)
    let expected = source.resized(width: width, height: height).rgb
    #expect(scaler.picture(source.rgb, rowBytes: 48) == expected)
    #expect(scaler.picture(source.rgb, rowBytes: 48) == expected, "and again")
  }

  @Test("A part of the source is that part, as if the rest were not there")
  func part() throws {
    let source = PictureTests.pattern(16, 12)
    var inner: [UInt8] = []
    for y in 3..<9 { inner += source.rgb[(y * 16 + 4) * 3..<(y * 16 + 12) * 3] }
    let picture = Picture(width: 8, height: 6, rgb: inner)
    for (width, height) in [(8, 6), (4, 3), (3, 5)] {
      let scaler = try Scaler(part: (4, 3, 8, 6), to: (width, height), UMWELT_ROWS_RGB)
      let expected = picture.resized(width: width, height: height).rgb
      #expect(scaler.picture(source.rgb, rowBytes: 48) == expected, "\(width) x \(height)")
    }
  }

  @Test("Grey is grey in all three colours")
  func grey() throws {
    let scaler = try Scaler(part: (1, 0, 2, 2), to: (2, 2), UMWELT_ROWS_GREY)
    #expect(
      scaler.picture([9, 1, 2, 9, 9, 3, 4, 9], rowBytes: 4) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
  }

  /// ITU-R BT.601, 100 % colours at 8 bits: Y, Cb (U), Cr (V), and R, G, B. Source: BT.601-7,
  /// sections 2.5.1 to 2.5.4 (computed from E'R, E'G, E'B of 0 or 1).
  static let colours: [(yuv: (UInt8, UInt8, UInt8), rgb: [Int])] = [
    ((16, 128, 128), [0, 0, 0]), ((235, 128, 128), [255, 255, 255]),
    ((81, 90, 240), [255, 0, 0]), ((145, 54, 34), [0, 255, 0]), ((41, 240, 110), [0, 0, 255]),
    ((210, 16, 146), [255, 255, 0]), ((170, 166, 16), [0, 255, 255]),
    ((126, 128, 128), [128, 128, 128])
  ]

  @Test("YUYV becomes the colours of BT.601, to two steps", arguments: colours.indices)
  func yuyv(row: Int) throws {
    let ((y, u, v), expected) = Self.colours[row]
    let scaler = try Scaler(part: (0, 0, 2, 1), to: (2, 1), UMWELT_ROWS_YUYV)
    let rgb = scaler.picture([y, u, y, v], rowBytes: 4)
    for i in 0..<6 { #expect(abs(Int(rgb[i]) - expected[i % 3]) <= 2, "\(rgb)") }
  }

  @Test("Full-range YUYV keeps luma as it is, and colours to two steps")
  func fullRange() throws {
    let scaler = try Scaler(part: (0, 0, 2, 1), to: (2, 1), UMWELT_ROWS_YUYV_FULL_RANGE)
    #expect(scaler.picture([0, 128, 255, 128], rowBytes: 4) == [0, 0, 0, 255, 255, 255])
    let red = scaler.picture([76, 85, 76, 255], rowBytes: 4)  // JFIF's red
    for i in 0..<6 { #expect(abs(Int(red[i]) - [255, 0, 0][i % 3]) <= 2, "\(red)") }
  }

  @Test("The two pixels of a pair have their own luma and share the colour")
  func pair() throws {
    let scaler = try Scaler(part: (2, 0, 2, 1), to: (2, 1), UMWELT_ROWS_YUYV)
    let rgb = scaler.picture([1, 2, 3, 4, 16, 128, 235, 128], rowBytes: 8)
    #expect(rgb == [0, 0, 0, 255, 255, 255])
  }
}

@Suite("JPEGs one after the other")
struct JpegFramesTests {
  @Test("A camera's JPEG without Huffman tables is decoded to its colours")
  func motion() throws {
    let decoder = try Decoder(32, 16)
    let scaler = try Scaler(part: (0, 0, 32, 16), to: (32, 16), UMWELT_ROWS_RGB)
    var rgb = [UInt8](repeating: 0, count: 32 * 16 * 3)
    #expect(decoder.decode(motionJpeg, into: scaler, &rgb) == 0)
    for y in 0..<16 {
      for x in 0..<32 {
        let expected = [8 * x, 16 * y, 255 - 8 * x]
        for c in 0..<3 { #expect(abs(Int(rgb[(y * 32 + x) * 3 + c]) - expected[c]) <= 24) }
      }
    }
    let whole = try Picture(decoding: motionJpeg, name: "frame")
    #expect(rgb == whole.rgb, "what the other decoder gives")
  }

  @Test("At 1/2, 1/4 and 1/8 the means of the blocks", arguments: [2, 4, 8])
  func shrunk(shrink: Int) throws {
    let values = (0..<6).map { UInt8(40 * $0) }
    let bytes = grayJpeg(blocksWide: 3, values: values)
    let decoder = try Decoder(24, 16, shrink: shrink)
    let scaler = try Scaler(
      part: (0, 0, 24 / shrink, 16 / shrink), to: (3, 2), UMWELT_ROWS_RGB)
    var rgb = [UInt8](repeating: 0, count: 18)
    #expect(decoder.decode(bytes, into: scaler, &rgb) == 0)
    #expect(rgb == values.flatMap { [$0, $0, $0] })
  }

  @Test("A damaged one, one of another size and none at all are errors, and the next is decoded")
  func damaged() throws {
    let good = grayJpeg(blocksWide: 3, values: [9, 8, 7, 6, 5, 4])
    let decoder = try Decoder(24, 16)
    let scaler = try Scaler(part: (0, 0, 24, 16), to: (3, 2), UMWELT_ROWS_RGB)
    var rgb = [UInt8](repeating: 0, count: 18)
    let other = grayJpeg(blocksWide: 2, values: [1, 2, 3, 4])
    for bad in [Array(good.dropLast(6)), Array(good.prefix(100)), other, [], [0xFF], motionJpeg] {
      #expect(decoder.decode(bad, into: scaler, &rgb) == Int32(UMWELT_CODEC_FORMAT))
      #expect(decoder.decode(good, into: scaler, &rgb) == 0)
      #expect(rgb == [9, 8, 7, 6, 5, 4].flatMap { [$0, $0, $0] })
    }
  }

  @Test("A frame with a changed byte never ends the process")
  func garbage() throws {
    let decoder = try Decoder(32, 16)
    let scaler = try Scaler(part: (0, 0, 32, 16), to: (8, 8), UMWELT_ROWS_RGB)
    var rgb = [UInt8](repeating: 0, count: 8 * 8 * 3)
    var refused = 0
    for at in motionJpeg.indices {
      var bytes = motionJpeg
      bytes[at] ^= 0x5A
      if decoder.decode(bytes, into: scaler, &rgb) != 0 { refused += 1 }
      #expect(decoder.decode(motionJpeg, into: scaler, &rgb) == 0)
    }
    #expect(refused > 0)
  }

  @Test("After the first frame, whole, broken and foreign ones ask for no memory")
  func allocations() throws {
    guard umwelt_malloc_count_works() else { return }
    let decoder = try Decoder(32, 16)
    let scaler = try Scaler(part: (0, 0, 32, 16), to: (8, 8), UMWELT_ROWS_RGB)
    var rgb = [UInt8](repeating: 0, count: 8 * 8 * 3)
    let cut = Array(motionJpeg.dropLast(20))
    #expect(decoder.decode(motionJpeg, into: scaler, &rgb) == 0)
    umwelt_malloc_count_start()
    let results = (
      decoder.decode(motionJpeg, into: scaler, &rgb), decoder.decode(cut, into: scaler, &rgb),
      decoder.decode(motionJpeg, into: scaler, &rgb)
    )
    let counts = umwelt_malloc_count_stop()
    #expect(results.0 == 0 && results.1 != 0 && results.2 == 0)
    #expect(counts.allocations == 0)
  }
}
