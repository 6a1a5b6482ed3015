// SPDX-License-Identifier: Apache-2.0

/// Decodes a binary PPM of up to 8 bits a channel; bytes after the picture are ignored.
///
/// Source: netpbm, "ppm" format specification: P6, width, height, maximum, one white space, rows.
func decodePPM(_ bytes: [UInt8], maxPixels: Int) throws(PictureError.Reason) -> Picture {
  var at = 2
  let width = try headerNumber(bytes, &at, "width")
  let height = try headerNumber(bytes, &at, "height")
  let maximum = try headerNumber(bytes, &at, "maximum")
  guard width > 0, height > 0 else { throw damaged("it says \(width) x \(height) pixels") }
  // Header numbers stay below 2^31, so this cannot overflow.
  guard width * height <= maxPixels else {
    throw .tooLarge(.ppm, maxPixels: maxPixels, detail: "it says \(width) x \(height) pixels")
  }
  guard maximum >= 1, maximum <= 255 else {
    throw damaged("its maximum is \(maximum), not 1 to 255")
  }
  guard at < bytes.count, isSpace(bytes[at]) else { throw damaged("the header is cut off") }
  at += 1
  let count = width * height * 3
  guard bytes.count - at >= count else {
    throw damaged("it has \(bytes.count - at) of \(count) bytes")
  }
  var rgb = [UInt8](bytes[at..<(at + count)])
  if maximum != 255 {
    // Values above the maximum are clamped; rounding is half up.
    for i in rgb.indices {
      rgb[i] = UInt8((min(Int(rgb[i]), maximum) * 255 + maximum / 2) / maximum)
    }
  }
  return Picture(width: width, height: height, rgb: rgb)
}

/// The next number of the header; white space and comments (# to the line's end) before it.
private func headerNumber(
  _ bytes: [UInt8], _ at: inout Int, _ name: String
) throws(PictureError.Reason) -> Int {
  while at < bytes.count {
    if bytes[at] == UInt8(ascii: "#") {
      while at < bytes.count && bytes[at] != UInt8(ascii: "\n") { at += 1 }
    } else if isSpace(bytes[at]) {
      at += 1
    } else {
      break
    }
  }
  var value = 0
  let start = at
  while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") {
    value = min(value * 10 + Int(bytes[at] - UInt8(ascii: "0")), Int(Int32.max))
    at += 1
  }
  if at == start { throw damaged("the header has no \(name)") }
  return value
}

private func damaged(_ detail: String) -> PictureError.Reason { .damaged(.ppm, detail: detail) }

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
