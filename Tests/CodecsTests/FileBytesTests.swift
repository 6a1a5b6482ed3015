// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing

#if canImport(Glibc)
  import Glibc
#endif

struct FileBytesTests {
  private let folder = TemporaryFolder()
  private let sample = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  private func reason(_ path: String, limit: Int = 1 << 20) -> FileError.Reason? {
    do {
      _ = try FileBytes.read(path, limit: limit)
      return nil
    } catch {
      #expect(error.path == path)
      #expect(error.description.hasPrefix(path) && error.description.contains(". "))
      return error.reason
    }
  }

  @Test("A plain file, a gzip file and an empty file come as they are")
  func read() throws {
    let plain = folder.write(sample, "plain")
    #expect(try FileBytes.read(plain, limit: 5000) == sample)
    let packed = folder.write(gzip(sample), "packed.gz")
    #expect(try FileBytes.read(packed, limit: 5000) == sample)
    let empty = folder.write([], "empty")
    #expect(try FileBytes.read(empty, limit: 0) == [])
  }

  @Test("A file of several buffers comes whole")
  func large() throws {
    let many = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    #expect(try FileBytes.read(folder.write(many, "large"), limit: 1 << 20) == many)
  }

  @Test("One byte over the limit is refused, unpacked size counting")
  func limit() {
    #expect(reason(folder.write(sample, "plain"), limit: 4999) == .tooLarge(limit: 4999))
    #expect(reason(folder.write(gzip(sample), "packed"), limit: 4999) == .tooLarge(limit: 4999))
  }

  @Test("A gzip file cut off anywhere behind its header is damaged")
  func cutOff() {
    let packed = gzip(sample)
    for count in [20, 100, 5000, packed.count - 8, packed.count - 1] {
      let path = folder.write(Array(packed.prefix(count)), "cut.gz")
      #expect(reason(path) == .damaged, "\(count) bytes")
    }
  }

  @Test("A gzip file with a wrong checksum is damaged")
  func checksum() {
    var packed = gzip(sample)
    packed[100] ^= 1
    #expect(reason(folder.write(packed, "wrong.gz")) == .damaged)
  }

  @Test("A file that is not there, and a folder, are told with the system's reason")
  func notThere() {
    #expect(reason("\(folder.path)/nothing") == .notOpened(errno: ENOENT))
    #expect(reason(folder.path) == .notRead(errno: EISDIR))
  }
}
