// SPDX-License-Identifier: Apache-2.0
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Finds what a camera can deliver that is nearest to what the board wants.
///
/// First the sizes that cover the wanted frame, the smallest first, so that the camera scales where
/// it can and we do only where it cannot; then the largest that do not. Of these the first that
/// reaches the rate; where none does, the fastest.
struct CameraNegotiation {
  struct Candidate: Equatable {
    var pixels: CameraMode.Pixels
    var width, height: Int
  }

  /// A camera that says 29.97 is one of 30.
  private static let rateTolerance = 0.95

  let file: DeviceFile
  let settings: CameraSettings

  func run() throws(SystemError) -> CameraMode {
    var fastest: (candidate: Candidate, rateHz: Double)?
    for candidate in try candidates() {
      guard let mode = try set(candidate) else { continue }
      guard let rateHz = mode.rateHz, rateHz < settings.rateHz * Self.rateTolerance else {
        return mode
      }
      if rateHz > fastest?.rateHz ?? 0 { fastest = (candidate, rateHz) }
    }
    if let fastest, let mode = try set(fastest.candidate) { return mode }
    throw SystemError(errno: ENOTSUP)
  }

  /// The four characters of every pixel format of the camera's.
  static func formats(of file: DeviceFile) throws(SystemError) -> [UInt32] {
    var all: [UInt32] = []
    while true {
      var pixels: UInt32 = 0
      let result = umwelt_camera_pixels(file.system, file.number, UInt32(all.count), &pixels)
      if result == -EINVAL { return all }
      try checked(result)
      all.append(pixels)
    }
  }

  private func candidates() throws(SystemError) -> [Candidate] {
    var found: [Candidate] = []
    let formats = try Self.formats(of: file)
    for pixels in CameraMode.Pixels.allCases where formats.contains(pixels.code) {
      for (width, height) in try sizes(of: pixels) {
        found.append(Candidate(pixels: pixels, width: width, height: height))
      }
    }
    func rank(_ one: Candidate) -> (Int, Int) {
      let covers = one.width >= settings.width && one.height >= settings.height
      let area = one.width * one.height
      return covers ? (0, area) : (1, -area)
    }
    // Sorting is stable: of equal sizes the better pixels come first.
    return found.sorted { rank($0) < rank($1) }
  }

  private func sizes(of pixels: CameraMode.Pixels) throws(SystemError) -> [(Int, Int)] {
    var all: [(Int, Int)] = []
    while true {
      var entry = umwelt_camera_sizes()
      let index = UInt32(all.count)
      let result = umwelt_camera_sizes(file.system, file.number, pixels.code, index, &entry)
      // A driver without a list takes what it is asked for, or what is near.
      if result == -ENOTTY { return [(settings.width, settings.height)] }
      if result == -EINVAL { return all }
      try checked(result)
      all.append(nearest(in: entry))
      if entry.step_width != 0 || entry.step_height != 0 { return all }  // the only entry
    }
  }

  private func nearest(in entry: umwelt_camera_sizes) -> (Int, Int) {
    func side(_ wanted: Int, _ least: UInt32, _ most: UInt32, _ step: UInt32) -> Int {
      let steps = step == 0 ? 0 : (max(0, wanted - Int(least)) + Int(step) - 1) / Int(step)
      return min(Int(most), Int(least) + steps * Int(step))
    }
    return (
      side(settings.width, entry.least_width, entry.most_width, entry.step_width),
      side(settings.height, entry.least_height, entry.most_height, entry.step_height)
    )
  }

  /// Nil when the camera makes something else of it that is of no use.
  private func set(_ candidate: Candidate) throws(SystemError) -> CameraMode? {
    var format = umwelt_camera_format()
    format.pixels = candidate.pixels.code
    (format.width, format.height) = (UInt32(candidate.width), UInt32(candidate.height))
    let result = umwelt_camera_set_format(file.system, file.number, &format)
    if result == -EINVAL { return nil }
    try checked(result)
    let (width, height) = (Int(format.width), Int(format.height))
    guard format.pixels == candidate.pixels.code, width > 0, height > 0 else { return nil }
    let rowBytes = max(Int(format.row_bytes), candidate.pixels.rowBytes(width: width))
    return CameraMode(
      pixels: candidate.pixels, width: width, height: height, rateHz: try setRate(),
      rowBytes: rowBytes, isFullRange: format.is_full_range != 0)
  }

  private func setRate() throws(SystemError) -> Double? {
    // In thousandths, so that 12.5 Hz can be said.
    var (numerator, denominator) = (UInt32(1000), UInt32((settings.rateHz * 1000).rounded()))
    let result = umwelt_camera_set_period(file.system, file.number, &numerator, &denominator)
    if result == -ENOTTY || result == -EINVAL { return nil }
    try checked(result)
    return numerator > 0 && denominator > 0 ? Double(denominator) / Double(numerator) : nil
  }
}
