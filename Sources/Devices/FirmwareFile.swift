// SPDX-License-Identifier: Apache-2.0

/// A file of its maker's that a chip needs at every start, as the user supplied it.
public struct FirmwareFile: Equatable, Sendable {
  /// Where it came from, for messages.
  public var path: String
  public var bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
}
