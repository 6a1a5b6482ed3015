// SPDX-License-Identifier: Apache-2.0
import CLinux

/// Something whose bytes can be waited for.
public protocol WaitedFile: AnyObject {
  /// The file descriptor.
  var fileNumber: Int32 { get }
}

/// Waiting for any of several files.
public enum WaitedFiles {
  /// As many at once.
  public static let limit = Int(UMWELT_MOST_WAITED)

  /// Returns when one of them has something to read, has ended, or the time is over.
  public static func wait(_ files: [any WaitedFile], milliseconds: Int32) {
    let numbers = files.prefix(limit).map(\.fileNumber)
    var isReady = [UInt8](repeating: 0, count: numbers.count)
    // Interrupted, or a file that has just gone: whoever reads next finds out.
    _ = umwelt_wait(numbers, UInt32(numbers.count), milliseconds, &isReady)
  }
}
