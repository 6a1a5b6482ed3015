// SPDX-License-Identifier: Apache-2.0
import Board

/// What has to be bought for a board.
enum PartsList {
  static func parts(
    _ board: BoardDescription, _ computer: BoardDescription.Computer, _ blocks: [WiringPlan.Block]
  ) -> [WiringPlan.Part] {
    var parts = [part(computer.title, "with its power supply and a card or disk")]
    if let camera = board.camera {
      parts.append(part("camera", "at least \(camera.widthPx) x \(camera.heightPx) pixels"))
    }
    for block in blocks {
      switch block.shape {
      case .resistor:
        parts.append(part("resistor \(block.details.first ?? "")", block.title))
      case .toggle: parts.append(part("switch", "\(block.title), for the motors' full current"))
      case .box: parts += box(block)
      }
    }
    return merged(parts)
  }

  private static func part(_ name: String, _ remark: String) -> WiringPlan.Part {
    WiringPlan.Part(count: 1, name: name, remark: remark)
  }

  private static func box(_ block: WiringPlan.Block) -> [WiringPlan.Part] {
    let kinds = [
      ("Camera", nil), ("Motor battery", ("battery", "of the motors' voltage, with a fuse")),
      ("Motor", ("gear motor", "brushed")), ("Servo supply", ("5 V supply", "for the servos")),
      ("Servo", ("servo", "")), ("ESC", ("ESC with a brushless motor", "")),
      ("Relay", ("relay module", "active high, 3.3 V input")), ("Encoder", ("wheel encoder", ""))
    ]
    guard let kind = kinds.first(where: { block.title.hasPrefix($0.0) }) else {
      return [part("\(block.title) breakout board", "")]
    }
    return kind.1.map { [part($0.0, $0.1)] } ?? []
  }

  /// Equal things once, with their number.
  private static func merged(_ parts: [WiringPlan.Part]) -> [WiringPlan.Part] {
    var result: [WiringPlan.Part] = []
    for part in parts {
      guard let index = result.firstIndex(where: { $0.name == part.name }) else {
        result.append(part)
        continue
      }
      result[index].count += part.count
      if !result[index].remark.isEmpty, result[index].remark != part.remark {
        result[index].remark += ", \(part.remark)"
      }
    }
    return result
  }
}
