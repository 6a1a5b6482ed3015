// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The result of `umwelt attitude`.
struct AttitudeReport {
  let path: String
  let result: AttitudeResult

  private var filter: String { result.hasHeading ? "nine-axis" : "six-axis" }

  /// One JSON object, keys as DESIGN's command line fixes them. Of a six-axis filter the total
  /// error is null: its heading is relative, so there is nothing to compare.
  var json: String {
    var object = JSONObject()
    object.add("log", path)
    object.add("rows", result.orientations.count)
    object.add("rate_hz", result.rateHz, decimals: 3)
    object.add("through", result.chip?.chip.rawValue ?? "none")
    object.add("filter", filter)
    object.add("heading", result.hasHeading ? "magnetic north" : "relative to the first row")
    object.add("magnetometer_rate_hz", result.fieldRateHz ?? 0, decimals: 3)
    object.add("delay_ms", 1e3 * result.delayS, decimals: 3)
    object.add("gaps", result.gaps)
    if let chip = result.chip {
      object.add("chip_settings", chip.settings)
      object.add("chip_rate_hz", chip.rateHz, decimals: 3)
      object.add("saturated_samples", chip.saturatedSamples)
      object.add("sample_time_error_ms_max", 1e3 * chip.worstTimeErrorS, decimals: 3)
    }
    if let inclination = result.score.inclinationRmseDeg, let total = result.score.totalRmseDeg {
      object.add("scored_rows", result.score.rows)
      object.add("inclination_rmse_deg", inclination, decimals: 4)
      object.add("total_rmse_deg", result.hasHeading ? total : .nan, decimals: 4)
    }
    return object.text
  }

  /// The same for people.
  var text: String {
    let rows = "\(result.orientations.count) rows at \(fixed(result.rateHz, 1)) Hz"
    var lines = ["\(path): \(rows), \(filter) filter"]
    if let fieldRateHz = result.fieldRateHz {
      lines.append("  field        \(fixed(fieldRateHz, 1)) new ones a second")
    }
    if result.gaps > 0 {
      lines.append(
        "  gaps         \(result.gaps): after each, inclination and heading begin anew")
    }
    if let chip = result.chip { lines += describe(chip) }
    if let inclination = result.score.inclinationRmseDeg, let total = result.score.totalRmseDeg {
      lines.append(
        "  inclination  \(fixed(inclination, 2)) deg RMSE over \(result.score.rows) moving rows")
      lines.append(
        result.hasHeading
          ? "  total        \(fixed(total, 2)) deg RMSE"
          : "  total        not scored: without a magnetometer heading is relative to the first row"
      )
    } else {
      lines.append("  not scored: no moving row has a reference (columns ref_w ... ref_z)")
    }
    return lines.joined(separator: "\n")
  }

  private func describe(_ chip: ChipPlayback) -> [String] {
    [
      "  through      \(chip.chip.rawValue) at \(chip.settings); it has no magnetometer, and its "
        + "low-pass filter is not simulated",
      "  timing       one row is one sample at the log's time; the chip's divider says "
        + "\(fixed(chip.rateHz, 1)) Hz,",
      "               so the driver's times of samples are off by up to "
        + "\(fixed(1e3 * chip.worstTimeErrorS, 2)) ms (the filter does not use them)",
      "  saturated    \(chip.saturatedSamples) rows"
    ]
  }
}
