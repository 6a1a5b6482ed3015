// SPDX-License-Identifier: Apache-2.0

extension Picture {
  /// The picture at another size: each new pixel is the mean of the area it covers, rounded half
  /// up.
  ///
  /// Sides are scaled independently. All sums are integers, so the bytes are the same everywhere.
  public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    precondition(newWidth > 0 && newHeight > 0, "a picture of \(newWidth) x \(newHeight)")
    if newWidth == width && newHeight == height { return self }
    // Rows first: each sum is weighted by up to `width`, each column's then by `height`.
    var narrow = [Int](repeating: 0, count: height * newWidth * 3)
    let columns = Overlaps(from: width, to: newWidth)
    for y in 0..<height {
      for overlap in columns.all {
        let source = (y * width + overlap.source) * 3
        let target = (y * newWidth + overlap.target) * 3
        for c in 0..<3 { narrow[target + c] += overlap.weight * Int(rgb[source + c]) }
      }
    }
    var sums = [Int](repeating: 0, count: newHeight * newWidth * 3)
    let rowLength = newWidth * 3
    for overlap in Overlaps(from: height, to: newHeight).all {
      let source = overlap.source * rowLength
      let target = overlap.target * rowLength
      for i in 0..<rowLength { sums[target + i] += overlap.weight * narrow[source + i] }
    }
    let area = width * height
    return Picture(
      width: newWidth, height: newHeight, rgb: sums.map { UInt8(($0 + area / 2) / area) })
  }
}

/// Which old pixel lies under which new one, and by how much, along one side.
///
/// In units of 1 / (old x new) of the side, an old pixel is `new` long and a new one `old` long.
private struct Overlaps {
  var all: [(source: Int, target: Int, weight: Int)] = []

  init(from old: Int, to new: Int) {
    for target in 0..<new {
      let start = target * old
      let end = start + old
      for source in (start / new)...((end - 1) / new) {
        let weight = min(end, (source + 1) * new) - max(start, source * new)
        all.append((source, target, weight))
      }
    }
  }
}
