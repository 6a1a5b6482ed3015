// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import KernelHeaders

/// A camera's driver that keeps a trace of what it was asked and obeys V4L2's rules of buffers.
final class ScriptedCamera: ScriptedDevice {
  /// One pixel format: its sizes, or a range of them, and how fast the largest side goes.
  struct Format: Sendable {
    var pixels: UInt32
    var sizes: [(width: UInt32, height: UInt32)] = []
    var range: (least: (UInt32, UInt32), most: (UInt32, UInt32), step: UInt32)?
    /// The fastest rate at a width.
    var fastestHz: @Sendable (UInt32) -> UInt32 = { _ in 60 }
  }

  var card = "HD USB Camera: HD USB Camera"
  var bus = "usb-0000:01:00.0-1.3"
  var capabilities = UInt32(V4L2_CAP_VIDEO_CAPTURE) | UInt32(V4L2_CAP_STREAMING)
  var formats: [Format] = []
  /// Bytes at the end of each row.
  var rowPadding: UInt32 = 0
  var isFullRange = false
  var hasRates = true
  var mostBuffers: UInt32 = 32
  var controls: [v4l2_queryctrl] = []
  var values: [UInt32: Int32] = [:]
  /// What the named request gives instead, from now on.
  var failures: [UInt64: Int32] = [:]
  private(set) var trace: [String] = []

  private(set) var current = v4l2_pix_format()
  private(set) var isStreaming = false
  private var bufferCount = 0
  private var bufferBytes = 0
  private var memory: UnsafeMutableRawPointer?
  /// Buffers that the camera may fill, and those that it filled.
  private(set) var empty: [UInt32] = []
  private var filled: [v4l2_buffer] = []

  /// Whether the trace is kept; without it giving and taking buffers asks for no memory.
  var keepsTrace = true

  func forget() { trace = [] }
  func close() { trace.append("close") }

  /// Delivers a frame, if there is a buffer for it.
  func expose(
    _ bytes: [UInt8], sequence: UInt32, timeUs: Int64,
    flags: UInt32 = UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
  ) {
    guard isStreaming, !empty.isEmpty, let memory else { return }
    var buffer = v4l2_buffer()
    buffer.index = empty.removeFirst()
    buffer.bytesused = UInt32(bytes.count)
    buffer.sequence = sequence
    buffer.flags = flags
    buffer.timestamp = timeval(tv_sec: Int(timeUs / 1_000_000), tv_usec: Int(timeUs % 1_000_000))
    precondition(bytes.count <= bufferBytes, "\(bytes.count) bytes in \(bufferBytes)")
    (memory + Int(buffer.index) * bufferBytes).copyMemory(from: bytes, byteCount: bytes.count)
    filled.append(buffer)
  }

  func map(offset: Int, length: Int) -> UnsafeMutableRawPointer? {
    trace.append("map \(offset / max(1, bufferBytes))")
    return memory.map { $0 + offset }
  }

  func ioctl(_ request: UInt64, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let argument else { return -EFAULT }
    if let failure = failures[request] { return failure }
    switch request {
    case request_VIDIOC_QUERYCAP: return tellCapabilities(argument)
    case request_VIDIOC_ENUM_FMT: return tellFormat(argument)
    case request_VIDIOC_ENUM_FRAMESIZES: return tellSize(argument)
    case request_VIDIOC_S_FMT: return setFormat(argument)
    case request_VIDIOC_S_PARM: return setPeriod(argument)
    case request_VIDIOC_REQBUFS, request_VIDIOC_QUERYBUF: return buffers(request, argument)
    case request_VIDIOC_QBUF, request_VIDIOC_DQBUF, request_VIDIOC_STREAMON,
      request_VIDIOC_STREAMOFF:
      return stream(request, argument)
    default: return control(request, argument)
    }
  }

  private func tellCapabilities(_ argument: UnsafeMutableRawPointer) -> Int32 {
    var found = v4l2_capability()
    withUnsafeMutableBytes(of: &found.card) { $0.copyBytes(from: card.utf8.prefix(31)) }
    withUnsafeMutableBytes(of: &found.bus_info) { $0.copyBytes(from: bus.utf8.prefix(31)) }
    found.device_caps = capabilities
    found.capabilities = UInt32(bitPattern: Int32(truncatingIfNeeded: 0x8000_0000)) | 0xFF_FFFF
    argument.storeBytes(of: found, as: v4l2_capability.self)
    return 0
  }

  private func tellFormat(_ argument: UnsafeMutableRawPointer) -> Int32 {
    var asked = argument.load(as: v4l2_fmtdesc.self)
    guard Int(asked.index) < formats.count else { return -EINVAL }
    asked.pixelformat = formats[Int(asked.index)].pixels
    argument.storeBytes(of: asked, as: v4l2_fmtdesc.self)
    return 0
  }

  private func tellSize(_ argument: UnsafeMutableRawPointer) -> Int32 {
    var asked = argument.load(as: v4l2_frmsizeenum.self)
    guard let format = formats.first(where: { $0.pixels == asked.pixel_format }) else {
      return -EINVAL
    }
    if let range = format.range {
      if asked.index > 0 { return -EINVAL }
      asked.type = V4L2_FRMSIZE_TYPE_STEPWISE.rawValue
      asked.stepwise = v4l2_frmsize_stepwise(
        min_width: range.least.0, max_width: range.most.0, step_width: range.step,
        min_height: range.least.1, max_height: range.most.1, step_height: range.step)
    } else {
      guard Int(asked.index) < format.sizes.count else { return -EINVAL }
      let size = format.sizes[Int(asked.index)]
      asked.type = V4L2_FRMSIZE_TYPE_DISCRETE.rawValue
      asked.discrete = v4l2_frmsize_discrete(width: size.width, height: size.height)
    }
    argument.storeBytes(of: asked, as: v4l2_frmsizeenum.self)
    return 0
  }

  private func setFormat(_ argument: UnsafeMutableRawPointer) -> Int32 {
    var asked = argument.load(as: v4l2_format.self)
    guard asked.type == V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue else { return -EINVAL }
    var pix = asked.fmt.pix
    let perPixel: UInt32 =
      pix.pixelformat == UInt32(UMWELT_YUYV) ? 2 : pix.pixelformat == UInt32(UMWELT_GREY) ? 1 : 0
    pix.bytesperline = perPixel == 0 ? 0 : pix.width * perPixel + rowPadding
    pix.sizeimage = perPixel == 0 ? pix.width * pix.height * 2 : pix.bytesperline * pix.height
    pix.quantization = isFullRange ? V4L2_QUANTIZATION_FULL_RANGE.rawValue : 0
    current = pix
    asked.fmt.pix = pix
    argument.storeBytes(of: asked, as: v4l2_format.self)
    trace.append("format \(name(pix.pixelformat)) \(pix.width)x\(pix.height)")
    return 0
  }

  private func setPeriod(_ argument: UnsafeMutableRawPointer) -> Int32 {
    if !hasRates { return -ENOTTY }
    var asked = argument.load(as: v4l2_streamparm.self)
    let wanted = asked.parm.capture.timeperframe
    let format = formats.first { $0.pixels == current.pixelformat }
    let fastest = format?.fastestHz(current.width) ?? 30
    if wanted.denominator > fastest * wanted.numerator {
      asked.parm.capture.timeperframe = v4l2_fract(numerator: 1, denominator: fastest)
    }
    argument.storeBytes(of: asked, as: v4l2_streamparm.self)
    trace.append("rate \(Double(wanted.denominator) / Double(wanted.numerator))")
    return 0
  }

  private func buffers(_ request: UInt64, _ argument: UnsafeMutableRawPointer) -> Int32 {
    if request == request_VIDIOC_REQBUFS {
      var asked = argument.load(as: v4l2_requestbuffers.self)
      guard asked.memory == V4L2_MEMORY_MMAP.rawValue else { return -EINVAL }
      asked.count = min(asked.count, mostBuffers)
      (empty, filled) = ([], [])
      (bufferCount, bufferBytes) = (Int(asked.count), Int(current.sizeimage))
      memory?.deallocate()
      memory =
        bufferCount == 0
        ? nil : .allocate(byteCount: bufferCount * bufferBytes, alignment: 64)
      argument.storeBytes(of: asked, as: v4l2_requestbuffers.self)
      trace.append("buffers \(asked.count)")
      return 0
    }
    var asked = argument.load(as: v4l2_buffer.self)
    guard Int(asked.index) < bufferCount else { return -EINVAL }
    asked.length = UInt32(bufferBytes)
    asked.m.offset = asked.index * UInt32(bufferBytes)
    argument.storeBytes(of: asked, as: v4l2_buffer.self)
    return 0
  }

  private func stream(_ request: UInt64, _ argument: UnsafeMutableRawPointer) -> Int32 {
    switch request {
    case request_VIDIOC_QBUF:
      let index = argument.load(as: v4l2_buffer.self).index
      precondition(!empty.contains(index), "buffer \(index) was given twice")
      empty.append(index)
      if keepsTrace { trace.append("give \(index)") }
    case request_VIDIOC_DQBUF:
      if filled.isEmpty { return -EAGAIN }
      let buffer = filled.removeFirst()
      if keepsTrace { trace.append("take \(buffer.index)") }
      argument.storeBytes(of: buffer, as: v4l2_buffer.self)
    default:
      isStreaming = request == request_VIDIOC_STREAMON
      if !isStreaming { (empty, filled) = ([], []) }
      trace.append(isStreaming ? "on" : "off")
    }
    return 0
  }

  private func control(_ request: UInt64, _ argument: UnsafeMutableRawPointer) -> Int32 {
    if request == request_VIDIOC_QUERYCTRL {
      let asked = argument.load(as: v4l2_queryctrl.self).id & ~UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
      guard let next = controls.first(where: { $0.id > asked }) else { return -EINVAL }
      argument.storeBytes(of: next, as: v4l2_queryctrl.self)
      return 0
    }
    var asked = argument.load(as: v4l2_control.self)
    if request == request_VIDIOC_S_CTRL {
      values[asked.id] = asked.value
      trace.append("control \(asked.id)=\(asked.value)")
      return 0
    }
    guard request == request_VIDIOC_G_CTRL, let value = values[asked.id] else { return -EINVAL }
    asked.value = value
    argument.storeBytes(of: asked, as: v4l2_control.self)
    return 0
  }

  private func name(_ pixels: UInt32) -> String {
    withUnsafeBytes(of: pixels) { String(decoding: $0, as: UTF8.self) }
  }
}
