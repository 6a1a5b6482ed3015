// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation

/// A disk in memory that knows what a power cut may leave of it.
///
/// A name is durable once its folder was synced, a content once its file was. Of names that are
/// not, a cut keeps any selection; of a content that is not, any first part, or as many zeros. That
/// is more than any file system does.
final class CutDisk: StateDisk, @unchecked Sendable {
  /// What is found after a cut: contents by path.
  typealias State = [String: [UInt8]]

  /// A change of names that is not durable yet.
  private enum Change {
    case put(String, inode: Int)
    case take(String)
  }

  private var names: [String: Int] = [:]
  private var contents: [Int: [UInt8]] = [:]
  private var durableNames: [String: Int] = [:]
  private var durableContents: [Int: [UInt8]] = [:]
  /// Each entry is one step of the file system: all of it or nothing is kept.
  private var pending: [[Change]] = []
  private var dirty: Set<Int> = []
  /// Everything that a cut so far, at any time, could have left.
  private(set) var states: Set<State> = []
  private(set) var steps = 0
  /// The step that fails, and how.
  private let failure: (step: Int, errno: Int32)?

  init(_ start: State, failure: (step: Int, errno: Int32)? = nil) {
    self.failure = failure
    for (inode, entry) in start.enumerated() {
      names[entry.key] = inode
      contents[inode] = entry.value
    }
    (durableNames, durableContents) = (names, contents)
    states = possible
  }

  /// What a cut at this moment could leave.
  var possible: Set<State> {
    var choices: [[[UInt8]]] = []
    let inodes = dirty.sorted()
    for inode in inodes {
      let live = contents[inode] ?? []
      var found = (0...live.count).map { Array(live[..<$0]) }
      found.append([UInt8](repeating: 0, count: live.count))
      if let old = durableContents[inode] { found.append(old) }
      choices.append(found)
    }
    var states: Set<State> = []
    for kept in 0..<(1 << pending.count) {
      var names = durableNames
      for (i, changes) in pending.enumerated() where kept >> i & 1 == 1 {
        for change in changes {
          switch change {
          case .put(let path, let inode): names[path] = inode
          case .take(let path): names[path] = nil
          }
        }
      }
      states.formUnion(Self.states(names, durableContents, inodes[...], choices[...]))
    }
    return states
  }

  private static func states(
    _ names: [String: Int], _ contents: [Int: [UInt8]], _ inodes: ArraySlice<Int>,
    _ choices: ArraySlice<[[UInt8]]>
  ) -> [State] {
    guard let inode = inodes.first, let found = choices.first else {
      return [names.mapValues { contents[$0] ?? [] }]
    }
    return found.flatMap { bytes in
      states(
        names, contents.merging([inode: bytes]) { $1 }, inodes.dropFirst(), choices.dropFirst())
    }
  }

  /// One step: refused, or done and with it all that a cut can leave now.
  private func step(_ change: () -> Int32) -> Int32 {
    steps += 1
    if let failure, failure.step == steps { return -failure.errno }
    let result = change()
    states.formUnion(possible)
    return result
  }

  func create(_ path: String) -> Int32 {
    step {
      let inode = names[path] ?? contents.count
      if names[path] == nil { pending.append([.put(path, inode: inode)]) }
      names[path] = inode
      contents[inode] = []
      dirty.insert(inode)
      return Int32(inode)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int {
    // Fewer bytes than asked, as a full pipe or an interrupted call takes.
    let taken = min(bytes.count, 16)
    return Int(
      step {
        contents[Int(file), default: []] += bytes[..<taken]
        dirty.insert(Int(file))
        return Int32(taken)
      })
  }

  func sync(_ file: Int32) -> Int32 {
    step {
      durableContents[Int(file)] = contents[Int(file)]
      dirty.remove(Int(file))
      return 0
    }
  }

  func close(_ file: Int32) -> Int32 { step { 0 } }

  func rename(_ path: String, to newPath: String) -> Int32 {
    step {
      guard let inode = names[path] else { return -ENOENT }
      (names[path], names[newPath]) = (nil, inode)
      pending.append([.take(path), .put(newPath, inode: inode)])
      return 0
    }
  }

  func remove(_ path: String) -> Int32 {
    step {
      guard names[path] != nil else { return -ENOENT }
      names[path] = nil
      pending.append([.take(path)])
      return 0
    }
  }

  func syncFolder(_ path: String) -> Int32 {
    step {
      (durableNames, pending) = (names, [])
      return 0
    }
  }

  func contents(_ path: String) -> [UInt8]? { names[path].flatMap { contents[$0] } }

  /// Puts a state in a real folder, in place of what is there.
  static func place(_ state: State, in folder: String) throws {
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: folder) {
      try files.removeItem(atPath: "\(folder)/\(name)")
    }
    for (path, bytes) in state {
      let name = path.split(separator: "/").last ?? ""
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
  }
}
