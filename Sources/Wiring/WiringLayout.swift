// SPDX-License-Identifier: Apache-2.0

/// Where everything of a wiring plan is drawn, in pixels from the top left corner.
///
/// ```
///  connectors │ channel 0 │ column 1 │ channel 1 │ column 2 │ channel 2 │ column 3
/// ```
/// A wire has one vertical lane in each channel that it needs, and horizontal stubs from there to
/// the pins on both sides. A wire that passes a column runs below all of its parts. Pins of parts
/// lie on other heights than those of connectors, so two stubs never lie on each other.
struct WiringLayout {
  /// Heights of connector pins are multiples of this; those of parts are half of it lower.
  static let grid = 12
  static let pitch = 24
  static let top = 96
  static let margin = 24
  static let blockWidth = 176
  static let laneWidth = 15

  struct PlacedPin {
    var pin: WiringPlan.Pin
    var x, y: Int
    /// Another pin is on its right, so its wire leaves below it.
    var isLeft: Bool
    var isLabelledLeft: Bool
  }

  struct PlacedConnector {
    var title: String
    var isNumbered: Bool
    var x, y, width, height: Int
    var pins: [PlacedPin]

    var end: Int { x + width }
  }

  struct PlacedBlock {
    var block: WiringPlan.Block
    var x, y, height: Int
    /// Heights of the pins on both sides.
    var left, right: [Int]
  }

  private(set) var connectors: [PlacedConnector] = []
  private(set) var blocks: [PlacedBlock] = []
  private(set) var channels: [Channel] = []
  /// Below all parts, the heights at which wires pass them.
  private(set) var passes: [Net: Int] = [:]
  private(set) var width = 0
  private(set) var bottom = 0

  init(_ plan: WiringPlan) {
    placeConnectors(plan.connectors)
    let connectorBottom = bottom
    placeBlocks(plan.blocks)
    bottom = max(bottom, connectorBottom)
    placePasses()
    placeChannels()
  }

  private mutating func placeConnectors(_ sources: [WiringPlan.Connector]) {
    let labels = sources.flatMap { $0.rows.compactMap(\.first?.label.count) }.max() ?? 0
    let x = Self.margin + 7 * labels + 8
    var y = Self.top
    for source in sources {
      let columns = source.rows.map(\.count).max() ?? 1
      var pins: [PlacedPin] = []
      for (row, entries) in source.rows.enumerated() {
        for (column, pin) in entries.enumerated() {
          pins.append(
            PlacedPin(
              pin: pin, x: x + 16 + 24 * column, y: y + Self.pitch * (row + 1),
              isLeft: column == 0 && entries.count > 1, isLabelledLeft: column == 0))
        }
      }
      let height = Self.pitch * (source.rows.count + 1) - Self.grid / 2
      connectors.append(
        PlacedConnector(
          title: source.title, isNumbered: source.isNumbered, x: x, y: y + 6,
          width: 24 * columns + 8, height: height, pins: pins))
      y += height + 48
      y += (Self.grid - y % Self.grid) % Self.grid
    }
    bottom = y - 36
  }

  private mutating func placeBlocks(_ sources: [WiringPlan.Block]) {
    for column in 1...3 {
      var y = Self.top
      for block in sources where block.column == column {
        let head = block.shape == .box ? 24 + 14 * block.details.count : 0
        var first = y + head + 12
        first += (Self.grid + Self.grid / 2 - first % Self.grid) % Self.grid
        let step = block.shape == .box ? Self.pitch : 2 * Self.pitch
        let left = block.left.indices.map { first + step * $0 }
        let right = block.right.indices.map { first + step * $0 }
        let end = (left + right).max().map { $0 + 18 } ?? y + head + 10
        blocks.append(
          PlacedBlock(block: block, x: 0, y: y, height: end - y, left: left, right: right))
        y = end + 24
      }
      bottom = max(bottom, y - 24)
    }
  }

  /// Every channel that a wire has a pin in, or passes.
  private func channels(of net: Net) -> ClosedRange<Int>? {
    var found: [Int] = []
    if connectors.contains(where: { $0.pins.contains { $0.pin.net == net } }) { found.append(0) }
    for placed in blocks {
      if placed.block.left.contains(where: { $0.net == net }) {
        found.append(placed.block.column - 1)
      }
      if placed.block.right.contains(where: { $0.net == net }) { found.append(placed.block.column) }
    }
    guard let low = found.min(), let high = found.max() else { return nil }
    return low...high
  }

  private var nets: [Net] {
    var order: [Net] = []
    let pins = connectors.flatMap { $0.pins.compactMap(\.pin.net) }
    let terminals = blocks.flatMap { ($0.block.left + $0.block.right).map(\.net) }
    for net in pins + terminals where !order.contains(net) { order.append(net) }
    return order
  }

  private mutating func placePasses() {
    bottom += 12
    for net in nets {
      guard let range = channels(of: net), range.count > 1 else { continue }
      bottom += Self.grid
      passes[net] = bottom
    }
    bottom += 24
  }

  private mutating func placeChannels() {
    let labels =
      connectors.flatMap(\.pins).filter { !$0.isLabelledLeft }
      .map(\.pin.label.count).max() ?? 0
    var x = (connectors.map(\.end).max() ?? Self.margin) + 7 * labels + 16
    for index in 0...2 {
      var channel = Channel()
      if index == 0 {
        let names = connectors.flatMap { $0.pins.compactMap(\.pin.net?.name.count) }.max() ?? 0
        x += 6 * names + 8
      } else {
        x += 12
      }
      for net in nets {
        guard let range = channels(of: net), range.contains(index) else { continue }
        channel.lanes.append(lane(net, index, range))
      }
      channel.arrange()
      channel.x = x
      let names =
        blocks.filter { $0.block.column == index + 1 }
        .flatMap { $0.block.left.map(\.net.name.count) }.max() ?? 0
      x += Self.laneWidth * channel.lanes.count + 6 * names + 20
      for at in blocks.indices where blocks[at].block.column == index + 1 { blocks[at].x = x }
      channel.end = x
      if blocks.contains(where: { $0.block.column == index + 1 }) { x += Self.blockWidth }
      channels.append(channel)
    }
    width = x + Self.margin
  }

  private func lane(_ net: Net, _ index: Int, _ range: ClosedRange<Int>) -> Channel.Lane {
    var lane = Channel.Lane(net: net)
    if index == 0 {
      for pin in connectors.flatMap(\.pins) where pin.pin.net == net { lane.left.append(pin.wireY) }
    }
    for placed in blocks {
      if placed.block.column == index {
        for (terminal, y) in zip(placed.block.right, placed.right) where terminal.net == net {
          lane.left.append(y)
        }
      }
      if placed.block.column == index + 1 {
        for (terminal, y) in zip(placed.block.left, placed.left) where terminal.net == net {
          lane.right.append(y)
        }
      }
    }
    if let pass = passes[net] {
      if index > range.lowerBound { lane.left.append(pass) }
      if index < range.upperBound { lane.right.append(pass) }
    }
    return lane
  }
}

extension WiringLayout.PlacedPin {
  /// The height at which its wire runs to the right.
  var wireY: Int { isLeft ? y + WiringLayout.grid : y }
}
