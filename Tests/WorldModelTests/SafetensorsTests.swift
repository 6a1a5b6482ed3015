// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing
import WorldModel

@Suite struct SafetensorsTests {
  /// What is wrong with a file of these bytes.
  private func problem(
    _ name: String, _ bytes: [UInt8]?
  ) -> (problem: ModelError.Problem, tensor: String?)? {
    let file = TemporaryFile(name, bytes)
    do {
      _ = try Safetensors(path: file.path)
      return nil
    } catch {
      #expect(error.file == file.path)
      #expect(error.description.contains(file.path))
      return (error.problem, error.tensor)
    }
  }

  private func problem(
    _ name: String, header: String, data: Int, stated: UInt64? = nil
  ) -> (problem: ModelError.Problem, tensor: String?)? {
    problem(name, TemporaryFile.safetensors(header, data: data, stated: stated))
  }

  private let a4 = #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

  @Test("a missing file is refused with the system's reason")
  func aMissingFileIsRefusedWithTheSystemsReason() {
    #expect(problem("missing", nil)?.problem == .cannotRead(2))  // ENOENT
  }

  @Test("a folder is refused")
  func aFolderIsRefused() {
    #expect(throws: ModelError.self) { try Safetensors(path: "/") }
  }

  @Test("an empty file is refused")
  func anEmptyFileIsRefused() {
    #expect(problem("empty", [])?.problem == .tooShort(bytes: 0))
  }

  @Test("a file shorter than its length prefix is refused")
  func aFileShorterThanItsLengthPrefixIsRefused() {
    #expect(problem("short", [1, 0, 0])?.problem == .tooShort(bytes: 3))
  }

  @Test("a header cut off by the end of the file is refused")
  func aHeaderCutOffByTheEndOfTheFileIsRefused() {
    let whole = TemporaryFile.safetensors("{\(a4)}", data: 4)
    let cut = Array(whole[..<30])
    let stated = UInt64(a4.utf8.count + 2)
    #expect(problem("cut", cut)?.problem == .headerTooLong(stated: stated, available: 22))
  }

  @Test("a header length beyond any file is refused")
  func aHeaderLengthBeyondAnyFileIsRefused() {
    let found = problem("long", header: "{}", data: 0, stated: .max)
    #expect(found?.problem == .headerTooLong(stated: .max, available: 2))
  }

  @Test("data cut short is refused naming the tensor")
  func dataCutShortIsRefusedNamingTheTensor() {
    let found = problem("data", header: "{\(a4)}", data: 3)
    #expect(found?.problem == .outsideFile(end: 4, available: 3))
    #expect(found?.tensor == "a")
  }

  @Test("bytes after the last tensor are refused")
  func bytesAfterTheLastTensorAreRefused() {
    #expect(problem("after", header: "{\(a4)}", data: 6)?.problem == .unclaimed(bytes: 2, at: 4))
  }

  @Test(
    "a header that is not JSON is refused",
    arguments: [
      "{ ", "[ ", "{]", "nul", #"{"a" 1}"#, #"{"a":01}"#, #"{"a":1e}"#, #"{"a":"\x"}"#,
      #"{"a":1} x"#,
      #"{"a":"\ud800x"}"#, "{\"a\":\"\u{1}\"}", #"{"a":-}"#, #"{"a":1,}"#, "  ", #"{"a":1e999}"#,
      String(repeating: "[", count: 5000)
    ])
  func aHeaderThatIsNotJSONIsRefused(text: String) {
    guard case .headerNotJSON? = problem("json", header: text, data: 0)?.problem else {
      Issue.record("\(text) was not refused as JSON")
      return
    }
  }

  @Test("a header in broken UTF-8 is refused")
  func aHeaderInBrokenUTF8IsRefused() {
    var bytes = TemporaryFile.safetensors(#"{"a":"xx"}"#, data: 0)
    bytes[14] = 0xFF
    let reason = problem("utf8", bytes)?.problem
    #expect(reason == .headerNotJSON(JSONError(offset: 9, reason: .badText)))
  }

  @Test("a name stated twice is refused")
  func aNameStatedTwiceIsRefused() {
    let found = problem("twice", header: "{\(a4),\(a4)}", data: 4)?.problem
    guard case .headerNotJSON(let error)? = found else {
      Issue.record("was not refused")
      return
    }
    #expect(error.reason == .repeatedKey("a"))
  }

  @Test("a header that is no object is refused")
  func aHeaderThatIsNoObjectIsRefused() {
    #expect(
      problem("array", header: "[1]", data: 0)?.problem
        == .malformedHeader(member: "outermost object"))
  }

  @Test("an unknown type is refused")
  func anUnknownTypeIsRefused() {
    let header = #"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#
    #expect(problem("type", header: header, data: 4)?.problem == .unknownType("F33"))
  }

  @Test(
    "an entry with a member missing or impossible is refused",
    arguments: [
      #"{"shape":[1],"data_offsets":[0,4]}"#: "dtype",
      #"{"dtype":"F32","data_offsets":[0,4]}"#: "shape",
      #"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#: "shape",
      #"{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}"#: "shape",
      #"{"dtype":"F32","shape":[1]}"#: "data_offsets",
      #"{"dtype":"F32","shape":[1],"data_offsets":[4,0]}"#: "data_offsets",
      #"{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}"#: "data_offsets"
    ])
  func anEntryWithAMemberMissingOrImpossibleIsRefused(entry: String, member: String) {
    #expect(
      problem("entry \(entry.utf8.count)\(member)", header: "{\"a\":\(entry)}", data: 4)?.problem
        == .malformedHeader(member: member))
  }

  @Test(
    "a shape that does not fill its bytes is refused",
    arguments: [[2], [1, 0], [1 << 40, 1 << 40]])
  func aShapeThatDoesNotFillItsBytesIsRefused(shape: [Int]) {
    let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,4]}}"
    #expect(
      problem("size\(shape.count)\(shape[0])", header: header, data: 4)?.problem
        == .sizeMismatch(type: "F32", shape: shape, bytes: 4))
  }

  @Test("overlapping tensors are refused naming both")
  func overlappingTensorsAreRefusedNamingBoth() {
    let b = #""b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}"#
    let found = problem("overlap", header: "{\(a4),\(b)}", data: 6)
    #expect(found?.problem == .overlap(with: "a"))
    #expect(found?.tensor == "b")
  }

  @Test("a hole between tensors is refused")
  func aHoleBetweenTensorsIsRefused() {
    let b = #""b":{"dtype":"U8","shape":[1],"data_offsets":[6,7]}"#
    #expect(
      problem("hole", header: "{\(a4),\(b)}", data: 7)?.problem == .unclaimed(bytes: 2, at: 4))
  }

  @Test("metadata that is not text is refused")
  func metadataThatIsNotTextIsRefused() {
    #expect(
      problem("meta", header: #"{"__metadata__":{"x":1}}"#, data: 0)?.problem
        == .malformedHeader(member: "__metadata__ x"))
  }

  @Test("escapes in names and metadata are read")
  func escapesInNamesAndMetadataAreRead() throws {
    let header =
      #"{"__metadata__":{"k\u00e9\ud83d\ude00\n\"":"\\\/\t"},"#
      + #""\u0061":{"dtype":"U8","shape":[],"data_offsets":[0,1]}} "#
    let file = TemporaryFile("escapes", TemporaryFile.safetensors(header, data: 1))
    let tensors = try Safetensors(path: file.path)
    #expect(tensors.metadata == ["ké😀\n\"": "\\/\t"])
    #expect(tensors.tensors["a"]?.count == 1)
  }

  @Test("a tensor asked for wrongly is refused with both sides named")
  func aTensorAskedForWronglyIsRefusedWithBothSidesNamed() throws {
    let file = TemporaryFile("asked", TemporaryFile.safetensors("{\(a4)}", data: 4))
    let tensors = try Safetensors(path: file.path)
    #expect(try tensors.floats("a", shape: [1]) == [0])
    func reason(_ work: () throws -> Void) -> ModelError.Problem? {
      do { try work() } catch { return (error as? ModelError)?.problem }
      return nil
    }
    #expect(reason { _ = try tensors.floats("b", shape: [1]) } == .missingTensor)
    #expect(
      reason { _ = try tensors.floats("a", shape: [2]) }
        == .wrongShape(found: [1], expected: [2]))
    #expect(
      reason { _ = try tensors.int8s("a", shape: [1]) }
        == .wrongType(found: "F32", expected: "I8"))
  }
}
