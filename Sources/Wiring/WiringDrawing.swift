// SPDX-License-Identifier: Apache-2.0

extension WiringPlan {
  /// The drawing, as the text of an SVG file; the same plan gives the same text.
  public func svg() -> String {
    var drawing = WiringDrawing(self)
    return drawing.written()
  }
}

/// Draws a wiring plan as it was laid out.
struct WiringDrawing {
  private static let ink = "#212121"
  private static let faint = "#8a8a8a"
  private static let paper = "#f4f6f8"

  private let plan: WiringPlan
  private let layout: WiringLayout
  private let palette: Palette
  private var svg = SVG()

  init(_ plan: WiringPlan) {
    (self.plan, layout) = (plan, WiringLayout(plan))
    palette = Palette(plan.wires.map(\.net))
  }

  mutating func written() -> String {
    svg.text(plan.title, 24, 36, size: 20, isBold: true)
    svg.text("Wiring of \(plan.computer), made from board.yaml", 24, 58, size: 12, fill: Self.faint)
    for connector in layout.connectors { draw(connector) }
    for (index, channel) in layout.channels.enumerated() { draw(channel, index) }
    for pass in layout.passes.sorted(by: { $0.value < $1.value }) { draw(pass.key, at: pass.value) }
    for block in layout.blocks { draw(block) }
    for connector in layout.connectors { drawPins(connector) }
    let width = max(layout.width, 1000)
    let top = layout.bottom + 24
    let notes = write("Before the first power-up", plan.notes, 24, top)
    let settings = write("On the computer", plan.enable, 24, notes + 12, isCode: true)
    let parts = write("Parts", partLines, width * 5 / 8, top)
    return svg.written(title: plan.title, width: width, height: max(settings, parts) + 24)
  }

  private mutating func draw(_ connector: WiringLayout.PlacedConnector) {
    svg.text(connector.title, connector.x, connector.y - 8, size: 12, isBold: true)
    svg.rectangle(
      connector.x, connector.y, connector.width, connector.height, fill: "#37474f")
  }

  private mutating func drawPins(_ connector: WiringLayout.PlacedConnector) {
    for placed in connector.pins {
      let pin = placed.pin
      let colour = pin.net.map { palette[$0] } ?? "#b0bec5"
      svg.circle(placed.x, placed.y, 7, fill: colour, stroke: "#ffffff")
      if connector.isNumbered {
        let fill = pin.net == nil ? "#37474f" : "#ffffff"
        svg.text("\(pin.number)", placed.x, placed.y + 3, size: 8, fill: fill, anchor: .middle)
      }
      let isOnLeft = placed.isLabelledLeft
      svg.text(
        pin.label, isOnLeft ? connector.x - 6 : connector.end + 6, placed.y + 4, size: 10,
        fill: pin.net == nil ? "#b0b0b0" : Self.ink, anchor: isOnLeft ? .end : .start,
        isBold: pin.net != nil)
    }
  }

  /// Lanes and stubs; on the way from a connector or to a part, a stub has its wire's name.
  private mutating func draw(_ channel: Channel, _ index: Int) {
    for (number, lane) in channel.lanes.enumerated() {
      let (x, colour) = (channel.x(ofLane: number), palette[lane.net])
      svg.path([(x, lane.span.lowerBound), (x, lane.span.upperBound)], stroke: colour)
      for y in lane.junctions { svg.circle(x, y, 3, fill: colour) }
      let pass = layout.passes[lane.net]
      for y in lane.left where y != pass { drawLeftStub(lane.net, y, to: x, index) }
      for y in lane.right where y != pass {
        svg.path([(x, y), (channel.end, y)], stroke: colour)
        svg.text(lane.net.name, channel.end - 8, y - 4, size: 9, fill: colour, anchor: .end)
      }
    }
  }

  private mutating func drawLeftStub(_ net: Net, _ y: Int, to x: Int, _ index: Int) {
    let colour = palette[net]
    guard index == 0 else {
      let column = layout.blocks.first { $0.block.column == index }
      return svg.path([((column?.x ?? x) + WiringLayout.blockWidth, y), (x, y)], stroke: colour)
    }
    for connector in layout.connectors {
      for pin in connector.pins where pin.pin.net == net && pin.wireY == y {
        // A wire from the right column begins behind its pin's label, 7 pixels a letter.
        let label = pin.isLabelledLeft ? 0 : 12 + 7 * pin.pin.label.count
        let start =
          pin.isLeft
          ? [(pin.x, pin.y), (pin.x, y)] : [(label > 0 ? connector.end + label : pin.x, y)]
        svg.path(start + [(x, y)], stroke: colour)
        let names = layout.channels[0].x - 8
        svg.text(net.name, names, y - 3, size: 9, fill: colour, anchor: .end)
      }
    }
  }

  private mutating func draw(_ net: Net, at y: Int) {
    let lanes = layout.channels.compactMap { channel in
      channel.lanes.firstIndex { $0.net == net }.map(channel.x)
    }
    guard let first = lanes.first, let last = lanes.last else { return }
    svg.path([(first, y), (last, y)], stroke: palette[net])
  }

  private mutating func draw(_ placed: WiringLayout.PlacedBlock) {
    switch placed.block.shape {
    case .box: drawBox(placed)
    case .resistor, .toggle: drawSymbol(placed)
    }
  }

  private mutating func drawBox(_ placed: WiringLayout.PlacedBlock) {
    let (block, x, width) = (placed.block, placed.x, WiringLayout.blockWidth)
    svg.rectangle(x, placed.y, width, placed.height, fill: Self.paper, stroke: "#546e7a")
    svg.text(block.title, x + 12, placed.y + 20, size: 13, isBold: true)
    for (index, detail) in block.details.enumerated() {
      svg.text(detail, x + 12, placed.y + 35 + 14 * index, size: 10, fill: "#607d8b")
    }
    for (terminal, y) in zip(block.left, placed.left) {
      svg.circle(x, y, 4, fill: palette[terminal.net], stroke: "#ffffff")
      svg.text(terminal.name, x + 10, y + 4)
    }
    for (terminal, y) in zip(block.right, placed.right) {
      svg.circle(x + width, y, 4, fill: palette[terminal.net], stroke: "#ffffff")
      svg.text(terminal.name, x + width - 10, y + 4, anchor: .end)
    }
  }

  /// A resistor or a switch that stands between two wires.
  private mutating func drawSymbol(_ placed: WiringLayout.PlacedBlock) {
    guard placed.left.count == 2 else { return }
    let (x, y0, y1) = (placed.x + 12, placed.left[0], placed.left[1])
    let ends = placed.block.left.map { palette[$0.net] }
    svg.path([(placed.x, y0), (x, y0), (x, y0 + 10)], stroke: ends[0])
    svg.path([(placed.x, y1), (x, y1), (x, y1 - 10)], stroke: ends[1])
    if placed.block.shape == .resistor {
      svg.rectangle(x - 5, y0 + 10, 10, y1 - y0 - 20, fill: "#ffffff", stroke: Self.ink, radius: 0)
    } else {
      svg.circle(x, y0 + 12, 3, fill: "#ffffff", stroke: Self.ink)
      svg.circle(x, y1 - 12, 3, fill: "#ffffff", stroke: Self.ink)
      svg.path([(x, y1 - 15), (x + 12, y0 + 13)], stroke: Self.ink)
    }
    let lines = [placed.block.title] + placed.block.details
    for (index, line) in lines.enumerated() {
      svg.text(
        line, x + 22, y0 + 13 + 13 * index, size: index == 0 ? 11 : 10,
        fill: index == 0 ? Self.ink : "#607d8b", isBold: index == 0)
    }
  }

  private var partLines: [String] {
    plan.parts.map { part in
      "\(part.count) x \(part.name)" + (part.remark.isEmpty ? "" : ": \(part.remark)")
    }
  }

  /// Words below the drawing; the height where they end.
  private mutating func write(
    _ title: String, _ lines: [String], _ x: Int, _ top: Int, isCode: Bool = false
  ) -> Int {
    svg.text(title, x, top, size: 13, isBold: true)
    for (index, line) in lines.enumerated() {
      svg.text(line, x + 12, top + 20 + 17 * index, isCode: isCode)
    }
    return top + 20 + 17 * lines.count
  }
}
