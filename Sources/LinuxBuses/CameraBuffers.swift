// SPDX-License-Identifier: Apache-2.0
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The memory that a camera and we share, frame by frame.
final class CameraBuffers {
  /// One with us, one being filled, and two in between, so that a tick that is late loses none.
  static let wantedCount: UInt32 = 4
  /// Streaming needs one with us and one with the camera.
  private static let leastCount = 2

  private let file: DeviceFile
  private var memories: [UnsafeRawBufferPointer] = []

  /// Maps the buffers, gives all to the camera and starts it.
  init(_ file: DeviceFile) throws(SystemError) {
    self.file = file
    var count = Self.wantedCount
    try checked(umwelt_camera_set_buffers(file.system, file.number, &count))
    guard count >= Self.leastCount else { throw SystemError(errno: ENOMEM) }
    for index in 0..<count {
      var memory: UnsafeMutableRawPointer?
      var length: UInt64 = 0
      try checked(umwelt_camera_map(file.system, file.number, index, &memory, &length))
      memories.append(UnsafeRawBufferPointer(start: memory, count: Int(length)))
    }
    for index in 0..<count { try give(index) }
    try checked(umwelt_camera_stream(file.system, file.number, 1))
  }

  deinit {
    umwelt_camera_stream(file.system, file.number, 0)
    for memory in memories {
      umwelt_camera_unmap(
        file.system, UnsafeMutableRawPointer(mutating: memory.baseAddress), UInt64(memory.count))
    }
    var none: UInt32 = 0
    umwelt_camera_set_buffers(file.system, file.number, &none)
  }

  var count: Int { memories.count }

  /// The oldest filled buffer; nil when there is none yet.
  func take() throws(SystemError) -> umwelt_camera_buffer? {
    var buffer = umwelt_camera_buffer()
    let result = try checked(umwelt_camera_take(file.system, file.number, &buffer))
    return result == 1 ? buffer : nil
  }

  func give(_ index: UInt32) throws(SystemError) {
    try checked(umwelt_camera_give(file.system, file.number, index))
  }

  /// What the camera wrote.
  func bytes(_ buffer: umwelt_camera_buffer) -> UnsafeRawBufferPointer {
    guard Int(buffer.index) < memories.count else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let memory = memories[Int(buffer.index)]
    // SAFETY: the memory is mapped while this lives, and no longer than it is.
    return UnsafeRawBufferPointer(
      start: memory.baseAddress, count: min(memory.count, Int(buffer.used_bytes)))
  }
}
