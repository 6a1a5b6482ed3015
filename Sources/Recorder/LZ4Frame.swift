// SPDX-License-Identifier: Apache-2.0
import CLZ4

/// Packs and unpacks LZ4's frame format.
enum LZ4Frame {
  /// LZ4 cannot pack more tightly: a byte of length stands for 255 bytes of a match.
  /// Source: lz4_Block_format.md, "Compression format".
  static let mostRatio: UInt64 = 255

  /// Packed, or nil where the library refuses.
  static func pack(_ bytes: [UInt8]) -> [UInt8]? {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.contentSize = UInt64(bytes.count)
    let bound = LZ4F_compressFrameBound(bytes.count, &preferences)
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      // SAFETY: `room` has `bound` bytes, `bytes` its count; both outlive the call.
      let result = LZ4F_compressFrame(
        room.baseAddress, bound, bytes, bytes.count, &preferences)
      count = LZ4F_isError(result) != 0 ? 0 : result
    }
    return packed.isEmpty ? nil : packed
  }

  /// Exactly `count` bytes, or nil where `packed` is damaged or holds another number.
  static func unpack(_ packed: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    var context: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4Frame.version)) == 0 else {
      return nil
    }
    defer { LZ4F_freeDecompressionContext(context) }
    var isWhole = false
    // One byte more, so that a frame that holds more is noticed.
    var bytes = [UInt8](unsafeUninitializedCapacity: count + 1) { room, filled in
      var read = 0
      packed.withUnsafeBytes { source in
        while read < source.count {
          var (taken, made) = (source.count - read, count + 1 - filled)
          // SAFETY: both pointers stay inside their buffers: `read` and `filled` never pass the
          // counts, which the library is given what is left of.
          let result = LZ4F_decompress(
            context, room.baseAddress.map { $0 + filled }, &made,
            source.baseAddress.map { $0 + read }, &taken, nil)
          read += taken
          filled += made
          if LZ4F_isError(result) != 0 || (taken == 0 && made == 0) { return }
          if result == 0 {
            isWhole = read == source.count && filled == count
            return
          }
        }
      }
    }
    guard isWhole else { return nil }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// LZ4F_VERSION of lz4frame.h, which is a macro that Swift does not take over.
  private static let version: UInt32 = 100
}
