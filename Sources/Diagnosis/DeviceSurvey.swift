// SPDX-License-Identifier: Apache-2.0

/// What only the kernel's ioctls tell: names of GPIO lines, formats of cameras.
///
/// The files of /sys do not have them. Nil says that nobody could ask.
public protocol DeviceSurvey {
  func gpioChips() -> [MachineFacts.GPIOChip]?
  func cameras() -> [MachineFacts.VideoDevice]?
}

/// Asks nobody: for a computer of which only the files are at hand.
public struct NoSurvey: DeviceSurvey {
  public init() {}

  public func gpioChips() -> [MachineFacts.GPIOChip]? { nil }
  public func cameras() -> [MachineFacts.VideoDevice]? { nil }
}
