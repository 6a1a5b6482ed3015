// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import LinuxBuses
import Testing

@Suite struct StreamSocketTests {
  private let path = NSTemporaryDirectory() + "umwelt-stream-\(UInt32.random(in: 0 ... .max))"

  private func listening(_ path: String) -> StreamError? {
    do throws(StreamError) {
      _ = try StreamListener(path)
      return nil
    } catch { return error }
  }

  private func connecting(_ path: String) -> StreamError? {
    do throws(StreamError) {
      _ = try StreamSocket(path)
      return nil
    } catch { return error }
  }

  @Test func bytesGoBothWaysAndTheEndIsToldAsOnASerialLine() throws {
    let listener = try StreamListener(path)
    #expect(listener.accept() == nil)
    let one = try StreamSocket(path)
    let other = try #require(listener.accept())
    #expect(try sending([1, 2, 3], on: one) == 3)
    #expect(try received(other) == [1, 2, 3])
    #expect(try received(other).isEmpty)
    #expect(try sending([4], on: other) == 1)
    #expect(try received(one) == [4])
  }

  @Test func whoHangsUpIsGoneForReadingAndWriting() throws {
    let listener = try StreamListener(path)
    var one: StreamSocket? = try StreamSocket(path)
    let other = try #require(listener.accept())
    #expect(one != nil)
    one = nil
    for use in [true, false] {
      do throws(SerialError) {
        if use { _ = try received(other) } else { _ = try sending([1], on: other) }
        Issue.record("nobody is there")
      } catch { #expect(error.reason == .hungUp) }
    }
  }

  @Test func aFullLineTakesNoMoreAndDoesNotWait() throws {
    let listener = try StreamListener(path)
    let one = try StreamSocket(path)
    let other = try #require(listener.accept())
    let block = [UInt8](repeating: 7, count: 65_536)
    var total = 0
    while case let count = try sending(block, on: one), count > 0 { total += count }
    #expect(total > 0)
    #expect(!(try received(other)).isEmpty)
  }

  @Test func theSocketIsForItsGroupAndGoesWithItsOwner() throws {
    var listener: StreamListener? = try StreamListener(path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect((mode as? Int) == 0o660)
    #expect(listener?.path == path)
    listener = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func whatIsWrongIsSaidWithWhatToDo() throws {
    #expect(connecting(path)?.description.contains("Is the service running?") == true)
    #expect(listening("/nowhere/x")?.description.contains("no such folder") == true)
    let long = "/" + String(repeating: "x", count: 200)
    #expect(listening(long)?.description.contains("107 bytes") == true)
    let listener = try StreamListener(path)
    #expect(listening(path)?.description.contains("another service is there") == true)
    #expect(connecting(path) == nil, "the first is there as before")
    #expect(listener.path == path)
    let file = path + "-file"
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    defer { unlink(file) }
    #expect(listening(file)?.description.contains("a file is there that is no socket") == true)
    #expect(FileManager.default.fileExists(atPath: file), "what is not ours stays")
    let refused = connecting(file)?.description ?? ""
    #expect(refused.contains("Start the service."), "\(refused)")
    for (errno, words) in [(EACCES, "you may not use it"), (EMFILE, "no socket")] {
      #expect(StreamError(path: "x", errno: errno).description.contains(words))
    }
  }

  private func sending(_ bytes: [UInt8], on line: StreamSocket) throws(SerialError) -> Int {
    var result = Result<Int, SerialError>.success(0)
    bytes.withUnsafeBytes { buffer in
      do throws(SerialError) { result = .success(try line.write(buffer)) } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private func received(_ line: StreamSocket) throws(SerialError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var result = Result<Int, SerialError>.success(0)
    bytes.withUnsafeMutableBytes { buffer in
      do throws(SerialError) { result = .success(try line.read(into: buffer)) } catch {
        result = .failure(error)
      }
    }
    return Array(bytes.prefix(try result.get()))
  }
}
