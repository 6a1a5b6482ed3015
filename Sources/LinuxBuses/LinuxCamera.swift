// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A camera through V4L2, streaming from the moment it exists.
///
/// What the camera cannot do itself is done here: the middle part with the wanted shape is taken
/// and scaled by area means, and MJPEG is decoded. `description` says which.
///
/// Frames carry the driver's own time and sequence number. That time is the end of the exposure
/// with most drivers, its start with some (uvcvideo): the offset to the IMU is calibrated.
public final class LinuxCamera: FrameSource, CustomStringConvertible {
  /// What became of the frames since the start.
  public struct Counts: Equatable, Sendable {
    /// Delivered by the driver and whole.
    public var taken = 0
    /// Gaps in the driver's sequence: no buffer was free, or the cable lost them.
    public var dropped = 0
    /// Marked by the driver or found by the decoder to be broken.
    public var damaged = 0

    public init(taken: Int = 0, dropped: Int = 0, damaged: Int = 0) {
      (self.taken, self.dropped, self.damaged) = (taken, dropped, damaged)
    }
  }

  public let name: String
  public let width: Int
  public let height: Int
  public let mode: CameraMode
  public private(set) var counts = Counts()
  private let controls: CameraControls
  private let buffers: CameraBuffers
  private let painter: FramePainter
  private let clock: any Clock
  /// The newest frame: it stays with us until there is a newer one.
  private var newest: umwelt_camera_buffer?
  private var newestAt = Instant.zero
  /// Its number as `Frame` has it; 0 is no frame.
  private var newestNumber: UInt32 = 0
  private var lastSequence: UInt32?
  private var number: UInt32 = 0

  init(
    _ name: String, _ settings: CameraSettings, files: MachineFiles, clock: any Clock,
    system: DeviceFile.System
  ) throws(HardwareError) {
    (self.name, width, height) = (name, settings.width, settings.height)
    self.clock = clock
    let found = try Cameras(files: files, system: system).find(settings.device, for: name)
    controls = CameraControls(file: found.file, camera: name)
    do throws(SystemError) {
      mode = try CameraNegotiation(file: found.file, settings: settings).run()
      guard let painter = FramePainter(mode, width: width, height: height) else {
        throw SystemError(errno: ENOMEM)
      }
      self.painter = painter
    } catch {
      throw found.refusal(error.errno, for: name)
    }
    do throws(CameraControlError) {
      for (control, value) in settings.controls { try controls.set(control, to: value) }
    } catch {
      throw HardwareError(kind: "camera", name: name, available: [], reason: error.description)
    }
    do throws(SystemError) { buffers = try CameraBuffers(found.file) } catch {
      throw found.refusal(error.errno, for: name)
    }
  }

  public var description: String {
    let fit = painter.fit
    var text = "\(name): \(mode.width)x\(mode.height) \(mode.pixels.rawValue)"
    if let rateHz = mode.rateHz { text += " at \((rateHz * 10).rounded() / 10) Hz" }
    if fit.shrink > 1 { text += ", decoded at 1/\(fit.shrink)" }
    if (fit.width, fit.height) == (width, height) && fit.shrink == 1 {
      let isWhole = (mode.width, mode.height) == (width, height)
      return text + (isWhole ? "" : ", cropped to \(width)x\(height)")
    }
    return text + ", the middle \(fit.width)x\(fit.height) of it scaled to \(width)x\(height)"
  }

  /// Takes all frames that are ready, keeps the newest and converts that one. Never waits.
  ///
  /// Precondition: `frame` has this camera's width and height.
  /// Throws: the kernel's errno; ENODEV when the camera is unplugged.
  public func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    precondition(
      frame.width == width && frame.height == height,
      "a frame of \(frame.width) x \(frame.height) from a camera of \(width) x \(height)")
    try takeReady()
    guard let newest, newestNumber != frame.sequence else { return false }
    let bytes = buffers.bytes(newest)
    let isWhole = frame.pixels.withUnsafeMutableBufferPointer { painter.paint(bytes, into: $0) }
    guard isWhole else {
      counts.taken -= 1
      counts.damaged += 1
      self.newest = nil
      try give(newest)
      return false
    }
    frame.capturedAt = newestAt
    frame.sequence = newestNumber
    return true
  }

  /// Everything that can be set or read as a number.
  public var allControls: [CameraControl] { controls.all }

  /// - Parameter control: the driver's name for it, in any case of letters.
  public func value(of control: String) throws(CameraControlError) -> Int {
    try controls.value(of: control)
  }

  public func set(_ control: String, to value: Int) throws(CameraControlError) {
    try controls.set(control, to: value)
  }

  private func takeReady() throws(FrameError) {
    // No more than there are buffers, so that a fast camera cannot hold us.
    for _ in 0..<buffers.count {
      guard let buffer = try take() else { return }
      count(buffer)
      if buffer.flags & UInt32(UMWELT_FRAME_IS_DAMAGED) != 0 || buffer.used_bytes == 0 {
        counts.damaged += 1
        try give(buffer)
        continue
      }
      counts.taken += 1
      if let newest { try give(newest) }
      (newest, newestNumber) = (buffer, number)
      let isDriversTime = buffer.flags & UInt32(UMWELT_TIME_IS_MONOTONIC) != 0
      newestAt = isDriversTime ? Instant(nanoseconds: buffer.time_ns) : clock.now
    }
  }

  /// Numbers a frame, with a gap where the driver's sequence has one. A driver that does not count
  /// gets numbers all the same.
  private func count(_ buffer: umwelt_camera_buffer) {
    if let lastSequence {
      let step = Int32(bitPattern: buffer.sequence &- lastSequence)
      number &+= UInt32(max(1, step))
      counts.dropped += max(0, Int(step) - 1)
    } else {
      number = buffer.sequence &+ 1
    }
    lastSequence = buffer.sequence
  }

  private func take() throws(FrameError) -> umwelt_camera_buffer? {
    do throws(SystemError) { return try buffers.take() } catch {
      throw FrameError(camera: name, errno: error.errno)
    }
  }

  private func give(_ buffer: umwelt_camera_buffer) throws(FrameError) {
    do throws(SystemError) { try buffers.give(buffer.index) } catch {
      throw FrameError(camera: name, errno: error.errno)
    }
  }
}
