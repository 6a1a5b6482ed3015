// SPDX-License-Identifier: Apache-2.0
import Glibc
import LinuxBuses
import Testing

@Suite("Files that must stay what they are")
struct FileWatchTests {
  let machine = TemporaryMachine()
  var path: String { machine.root + "/model" }

  init() { machine.file("/model", "weights, first") }

  private func watch() -> FileWatch {
    var watch = FileWatch([path])
    #expect(watch.look() == false)
    return watch
  }

  /// Time stamps of files move on in steps of the kernel's tick.
  private func pause() { usleep(20_000) }

  @Test("Left alone, it has not changed")
  func alone() {
    var watch = watch()
    #expect(watch.look() == false)
  }

  @Test("Other bytes of the same length are a change, and the old ones again are none")
  func sameLength() {
    var watch = watch()
    pause()
    machine.file("/model", "weights, other")
    #expect(watch.look() == true)
    #expect(watch.look() == true)
    pause()
    machine.file("/model", "weights, first")
    #expect(watch.look() == false)
  }

  @Test("Other bytes whose time was set back are a change")
  func setBack() {
    var status = stat()
    #expect(stat(path, &status) == 0)
    var watch = watch()
    pause()
    machine.file("/model", "weights, other")
    let times = [status.st_atim, status.st_mtim]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    #expect(watch.look() == true)
  }

  @Test("A longer or a shorter file is a change")
  func otherLength() {
    var watch = watch()
    machine.file("/model", "weights, first and more")
    #expect(watch.look() == true)
    machine.file("/model", "weights")
    #expect(watch.look() == true)
  }

  @Test("A touch is no change")
  func touch() {
    var watch = watch()
    #expect(utimensat(AT_FDCWD, path, nil, 0) == 0)
    #expect(watch.look() == false)
  }

  @Test("A rewrite with the same bytes, by another file in its place, is no change")
  func rewrite() {
    var watch = watch()
    machine.file("/model.new", "weights, first")
    #expect(rename(path + ".new", path) == 0)
    #expect(watch.look() == false)
    pause()
    machine.file("/model.new", "weights, other")
    #expect(rename(path + ".new", path) == 0)
    #expect(watch.look() == true)
  }

  @Test("Another file behind the same link is a change")
  func link() {
    machine.file("/other", "weights, other")
    machine.link("/current", to: "/model")
    var watch = FileWatch([machine.root + "/current"])
    #expect(watch.look() == false)
    unlink(machine.root + "/current")
    machine.link("/current", to: "/other")
    #expect(watch.look() == true)
  }

  @Test("Gone is a change, and back is none")
  func gone() {
    var watch = watch()
    #expect(rename(path, path + ".away") == 0)
    #expect(watch.look() == true)
    #expect(rename(path + ".away", path) == 0)
    #expect(watch.look() == false)
  }

  @Test("A change before the first look is noticed, though what was there was never read")
  func early() {
    var watch = FileWatch([path])
    pause()
    machine.file("/model", "weights, other")
    #expect(watch.look() == true)
    #expect(watch.look() == true)
  }

  @Test("What was never there, or is no file, is not watched")
  func absent() {
    var watch = FileWatch([machine.root + "/none", machine.root])
    #expect(watch.look() == nil)
    machine.file("/none", "here now")
    #expect(watch.look() == nil)
  }

  @Test("One of many files is enough")
  func many() {
    machine.file("/base", "one")
    var watch = FileWatch([machine.root + "/base", path])
    #expect(watch.look() == false)
    machine.file("/base", "three")
    #expect(watch.look() == true)
  }
}
