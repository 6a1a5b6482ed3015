// SPDX-License-Identifier: Apache-2.0

/// The room between two columns of a drawing, where wires run up and down in lanes.
struct Channel {
  struct Lane {
    var net: Net
    /// Heights of the stubs to each side.
    var left: [Int] = []
    var right: [Int] = []

    init(net: Net) { self.net = net }

    var span: ClosedRange<Int> {
      let all = left + right
      return (all.min() ?? 0)...(all.max() ?? 0)
    }

    /// Where more than two ways meet.
    var junctions: [Int] {
      let (all, ends) = (left + right, [span.lowerBound, span.upperBound])
      return Set(all).filter { y in
        let ways = all.count { $0 == y } + (ends[0] == ends[1] ? 0 : ends.contains(y) ? 1 : 2)
        return ways > 2
      }.sorted()
    }
  }

  var x = 0
  var end = 0
  var lanes: [Lane] = []

  func x(ofLane index: Int) -> Int { x + WiringLayout.laneWidth * index }

  /// Orders the lanes so that few stubs cross other lanes: neighbours change places while that
  /// helps, which ends, as each change removes a crossing.
  mutating func arrange() {
    lanes.sort { ($0.left.min() ?? 0) > ($1.left.min() ?? 0) }
    var hasChanged = lanes.count > 1
    while hasChanged {
      hasChanged = false
      for index in 1..<lanes.count
      where crossings(lanes[index], lanes[index - 1]) < crossings(lanes[index - 1], lanes[index]) {
        lanes.swapAt(index - 1, index)
        hasChanged = true
      }
    }
  }

  /// Stubs that cross the other lane when `a` is left of `b`.
  private func crossings(_ a: Lane, _ b: Lane) -> Int {
    b.left.count { a.span.contains($0) } + a.right.count { b.span.contains($0) }
  }
}
