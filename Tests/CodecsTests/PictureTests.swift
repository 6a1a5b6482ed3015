// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct PictureTests {
  private let folder = TemporaryFolder()

  static func pattern(_ width: Int, _ height: Int) -> Picture {
    Picture(
      width: width, height: height,
      rgb: (0..<(width * height * 3)).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) })
  }

  private func png(_ picture: Picture) throws -> [UInt8] {
    let path = folder.file("made.png")
    try picture.write(png: path)
    return try FileBytes.read(path, limit: 1 << 24)
  }

  private func reason(_ bytes: [UInt8], maxPixels: Int = 1 << 20) -> PictureError.Reason? {
    do {
      _ = try Picture(decoding: bytes, name: "goal", maxPixels: maxPixels)
      return nil
    } catch {
      #expect(error.description.hasPrefix("goal: ") && error.description.contains(". "))
      return error.reason
    }
  }

  private func isDamaged(_ bytes: [UInt8], _ format: PictureFormat) -> Bool {
    if case .damaged(let found, _)? = reason(bytes) { return found == format }
    return false
  }

  private func isTooLarge(_ bytes: [UInt8], _ format: PictureFormat, maxPixels: Int) -> Bool {
    if case .tooLarge(let found, let most, _)? = reason(bytes, maxPixels: maxPixels) {
      return found == format && most == maxPixels
    }
    return false
  }

  @Test("What is written as PNG is read back bit by bit", arguments: [(1, 1), (7, 5), (64, 64)])
  func pngRoundTrip(width: Int, height: Int) throws {
    let picture = Self.pattern(width, height)
    let path = folder.file("trip.png")
    try picture.write(png: path)
    #expect(try Picture(contentsOf: path) == picture)
  }

  @Test("A PNG cut off inside its pixels is damaged, never half a picture")
  func pngCutOff() throws {
    let bytes = try png(Self.pattern(40, 30))
    for count in stride(from: 8, to: bytes.count - 16, by: 97) {
      #expect(isDamaged(Array(bytes.prefix(count)), .png), "\(count) of \(bytes.count) bytes")
    }
  }

  @Test("A PNG with a changed byte is damaged or the same, and never ends the process")
  func pngGarbage() throws {
    let picture = Self.pattern(20, 20)
    let bytes = try png(picture)
    for i in stride(from: 8, to: bytes.count - 12, by: 5) {
      var broken = bytes
      broken[i] ^= 0x55
      if let decoded = try? Picture(decoding: broken, name: "goal") {
        #expect(decoded == picture, "byte \(i)")
      }
    }
  }

  @Test("A PNG that claims huge sides is refused before memory is taken")
  func pngHuge() throws {
    var bytes = try png(Self.pattern(4, 4))
    // IHDR: width and height at 16...23, its checksum, over type and content, at 29...32.
    bytes.replaceSubrange(
      16..<24, with: UInt32(900_000).bigEndianBytes + UInt32(900_000).bigEndianBytes)
    bytes.replaceSubrange(29..<33, with: crc32(bytes[12..<29]).bigEndianBytes)
    #expect(isTooLarge(bytes, .png, maxPixels: 1 << 24))
  }

  @Test("A JPEG of flat blocks decodes to exactly their values")
  func jpeg() throws {
    let values: [UInt8] = [0, 255, 128, 127, 1, 200]
    let picture = try Picture(decoding: grayJpeg(blocksWide: 3, values: values), name: "goal")
    #expect(picture.width == 24 && picture.height == 16)
    for y in 0..<16 {
      for x in 0..<24 {
        let i = (y * 24 + x) * 3
        let value = values[y / 8 * 3 + x / 8]
        #expect(Array(picture.rgb[i..<(i + 3)]) == [value, value, value])
      }
    }
  }

  @Test("A JPEG cut off anywhere before its last block is damaged")
  func jpegCutOff() {
    let values = (0..<64).map { UInt8(truncatingIfNeeded: $0 * 91) }
    let bytes = grayJpeg(blocksWide: 8, values: values)
    for count in 3..<(bytes.count - 4) {
      #expect(isDamaged(Array(bytes.prefix(count)), .jpeg), "\(count) of \(bytes.count) bytes")
    }
  }

  @Test("A JPEG with a changed byte never ends the process, and keeps to its size")
  func jpegGarbage() {
    let bytes = grayJpeg(blocksWide: 2, values: [9, 99, 199, 250])
    var refused = 0
    for i in 2..<bytes.count {
      for change in [0x01, 0x80, 0xFF] as [UInt8] {
        var broken = bytes
        broken[i] ^= change
        do {
          let picture = try Picture(decoding: broken, name: "goal", maxPixels: 1 << 18)
          #expect(picture.rgb.count == picture.width * picture.height * 3)
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > 100)
  }

  @Test("A JPEG that claims huge sides is refused before memory is taken")
  func jpegHuge() {
    let bytes = grayJpeg(blocksWide: 1, values: [1], saysWidth: 65_000, saysHeight: 65_000)
    #expect(isTooLarge(bytes, .jpeg, maxPixels: 1 << 24))
  }

  @Test("A PPM is read, with comments and a maximum below 255")
  func ppm() throws {
    let bytes = Array("P6 # a comment\n2 # another\n 1\n100\n".utf8) + [0, 50, 100, 1, 99, 200]
    let picture = try Picture(decoding: bytes, name: "goal")
    #expect(picture == Picture(width: 2, height: 1, rgb: [0, 128, 255, 3, 252, 255]))
  }

  @Test(
    "A PPM with a bad header or too few bytes is damaged",
    arguments: [
      "P6", "P6 2", "P6 2 2", "P6 2 2 255", "P6 2 2 255\nabc", "P6 0 2 255\n", "P6 -1 2 255\n",
      "P6 1 1 0\nabc", "P6 1 1 65535\nabcdef", "P6 x"
    ])
  func ppmDamaged(text: String) { #expect(isDamaged(Array(text.utf8), .ppm)) }

  @Test("A PPM that claims huge sides is refused, whatever the number's length")
  func ppmHuge() {
    let text = "P6 99999999999999999999999999 99999999999999999999999999 255\n"
    #expect(isTooLarge(Array(text.utf8), .ppm, maxPixels: 1 << 24))
  }

  @Test("Exactly the limit is taken; one pixel more is not")
  func limit() throws {
    let bytes = try png(Self.pattern(10, 10))
    #expect(reason(bytes, maxPixels: 100) == nil)
    #expect(isTooLarge(bytes, .png, maxPixels: 99))
  }

  @Test("Anything else is no picture", arguments: [[], [0x89], Array("GIF89a....".utf8)])
  func unknown(bytes: [UInt8]) { #expect(reason(bytes) == .unknownFormat) }

  @Test("A PNG goes over a file only, and on a refusal what was there stays")
  func onlyOverFiles() throws {
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for place in [pipe, folder.path] {
      let error = PictureError(path: place, reason: .notWritten(detail: "not a regular file"))
      #expect(throws: error) {
        try Self.pattern(2, 2).write(png: place)
      }
      #expect(access(place, F_OK) == 0)
    }
  }

  @Test("A missing file and a missing folder are told with their path")
  func files() throws {
    let missing = "\(folder.path)/none.png"
    #expect(throws: PictureError.self) { try Picture(contentsOf: missing) }
    do {
      try Self.pattern(2, 2).write(png: "\(folder.path)/no/folder.png")
      Issue.record("written into a folder that is not there")
    } catch {
      guard case .notWritten(let detail) = error.reason else {
        Issue.record("\(error)")
        return
      }
      #expect(!detail.isEmpty)
    }
  }
}

struct PictureResizeTests {
  @Test("Half the size is the mean of four, rounded half up")
  func half() {
    let picture = Picture(
      width: 2, height: 2, rgb: [0, 10, 255, 1, 10, 255, 2, 10, 255, 3, 11, 255])
    #expect(
      picture.resized(width: 1, height: 1) == Picture(width: 1, height: 1, rgb: [2, 10, 255]))
  }

  @Test("Pixels that are covered in part count in part")
  func fractions() {
    let picture = Picture(width: 3, height: 1, rgb: [0, 0, 0, 90, 90, 90, 240, 240, 240])
    // 3 -> 2: (0 + 90/2) / 1.5 and (90/2 + 240) / 1.5.
    #expect(picture.resized(width: 2, height: 1).rgb == [30, 30, 30, 190, 190, 190])
  }

  @Test("A flat picture stays flat at any size", arguments: [(1, 1), (5, 3), (16, 9), (64, 64)])
  func flat(width: Int, height: Int) {
    let flat = Picture(width: 13, height: 7, rgb: [UInt8](repeating: 201, count: 13 * 7 * 3))
    let resized = flat.resized(width: width, height: height)
    #expect(resized.rgb == [UInt8](repeating: 201, count: width * height * 3))
  }

  @Test("Twice the size repeats pixels; the same size changes nothing")
  func larger() {
    let picture = PictureTests.pattern(3, 2)
    #expect(picture.resized(width: 3, height: 2) == picture)
    let twice = picture.resized(width: 6, height: 4)
    for y in 0..<4 {
      for x in 0..<6 {
        let (i, j) = ((y * 6 + x) * 3, (y / 2 * 3 + x / 2) * 3)
        #expect(Array(twice.rgb[i..<(i + 3)]) == Array(picture.rgb[j..<(j + 3)]))
      }
    }
  }
}
