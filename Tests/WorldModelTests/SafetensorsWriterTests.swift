// SPDX-License-Identifier: Apache-2.0
import Quantities
import Testing
import WorldModel

// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct SafetensorsWriterTests {
  @Test("what is written in slices in any order is read back")
  func whatIsWrittenInSlicesInAnyOrderIsReadBack() throws {
    let file = TemporaryFile("round")
    var generator = SeededGenerator(seed: 7)
    let values = (0..<60).map { _ in Float(generator.normal()) }
    let writer = try SafetensorsWriter(
      path: file.path,
      tensors: [
        .init("frames", .u8, shape: [3, 5]), .init("imu", .f32, shape: [4, 15]),
        .init("none", .f32, shape: [0, 2])
      ], metadata: ["board": "a \"quoted\"\n\\ board", "seed": "7"])
    try writer.write("imu", at: 30, Array(values[30...]))
    for row in [2, 0, 1] {
      let bytes = [UInt8](repeating: UInt8(row), count: 5)
      let failure = bytes.withUnsafeBytes { slice in
        Result { try writer.write("frames", at: row * 5, slice) }
      }
      try failure.get()
    }
    try writer.write("imu", at: 0, Array(values[..<30]))
    try writer.finish()

    let read = try Safetensors(path: file.path)
    #expect(try read.floats("imu", shape: [4, 15]) == values)
    let frames = try read.tensor("frames", .u8, shape: [3, 5])
    #expect(Array(read.bytes(of: frames)) == (0..<15).map { UInt8($0 / 5) })
    #expect(read.metadata == ["board": "a \"quoted\"\n\\ board", "seed": "7"])
    #expect(read.tensors["none"]?.count == 0)
    #expect((read.tensors["imu"]?.range.lowerBound ?? 1) % 8 == 0)
    #expect(access(file.path + ".partial", F_OK) != 0)
  }

  @Test("an unfinished file leaves the old one and no partial one")
  func anUnfinishedFileLeavesTheOldOneAndNoPartialOne() throws {
    let file = TemporaryFile("unfinished", [1, 2, 3])
    do {
      let writer = try SafetensorsWriter(path: file.path, tensors: [.init("x", .f32, shape: [2])])
      try writer.write("x", at: 0, [1])
      let expected = WriteError(
        path: file.path, problem: .incomplete(tensor: "x", written: 1, declared: 2))
      #expect(throws: expected) { try writer.finish() }
      #expect(expected.description.contains("1 of 2"))
    }
    #expect(TemporaryFile.read(file.path) == [1, 2, 3])
    #expect(access(file.path + ".partial", F_OK) != 0)
  }

  @Test("a folder that is not there is refused with the system's reason")
  func aFolderThatIsNotThereIsRefusedWithTheSystemsReason() {
    let path = "/no/such/folder/x.safetensors"
    #expect(throws: WriteError(path: path + ".partial", problem: .system(ENOENT))) {
      try SafetensorsWriter(path: path, tensors: [])
    }
  }
}
