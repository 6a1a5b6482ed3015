// SPDX-License-Identifier: Apache-2.0
import CKernels
import COpenBLAS

/// A linear layer y = W x + b made ready once for the kernels: int8, or float for reference.
public final class PackedLinear {
  /// Values of an input row.
  public let inputs: Int
  /// Values of an output row.
  public let outputs: Int
  /// Bytes of its storage.
  public var storageBytes: Int { weights.byteCount + scale.bytes + bias.bytes }
  private let isa: ISA
  private let weights: Block
  private let scale: FloatStorage
  private let bias: FloatStorage
  private let isFloat: Bool

  /// An int8 layer: w = scale[o] * weights[o, i].
  ///
  /// Shape: weights [outputs, inputs] in -127...127, scale [outputs], bias [outputs].
  public init(
    weights: UnsafeBufferPointer<Int8>, scale: [Float], bias: [Float], inputs: Int, isa: ISA,
    in arena: Arena? = nil
  ) {
    outputs = bias.count
    precondition((1...Int(UMWELT_INPUTS_MAX)).contains(inputs) && outputs > 0)
    precondition(weights.count == inputs * outputs && scale.count == outputs)
    self.inputs = inputs
    self.isa = isa
    self.scale = FloatStorage(scale, in: arena)
    self.bias = FloatStorage(bias, in: arena)
    isFloat = false
    let size = umwelt_packed_bytes(isa.code, Int32(inputs), Int32(outputs))
    self.weights = Block(byteCount: size, in: arena)
    // SAFETY: the packer reads inputs * outputs values (checked) and writes `size` bytes.
    umwelt_pack(
      isa.code, Int32(inputs), Int32(outputs), weights.baseAddress, inputs, 1, self.weights.start)
  }

  /// A float layer, multiplied by OpenBLAS on one thread; its epilogue is the int8 layers'.
  ///
  /// Shape: weights [outputs, inputs], bias [outputs].
  public init(
    floatWeights: [Float], bias: [Float], inputs: Int, isa: ISA, in arena: Arena? = nil
  ) {
    outputs = bias.count
    precondition((1...Int(UMWELT_INPUTS_MAX)).contains(inputs) && outputs > 0)
    precondition(floatWeights.count == inputs * outputs)
    self.inputs = inputs
    self.isa = isa
    scale = FloatStorage(count: 0, in: arena)
    self.bias = FloatStorage(bias, in: arena)
    isFloat = true
    let size = floatWeights.count * MemoryLayout<Float>.stride
    weights = Block(byteCount: size, in: arena)
    // SAFETY: a copy into the block just made, of the array's own size.
    floatWeights.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: weights.start, count: size).copyMemory(from: $0)
    }
    openblas_set_num_threads(1)
  }

  /// output[r] = residual[r] + gate[r] * activation(W input[r] + b).
  ///
  /// Shape: input [rows, inputs]; output, gate and residual [rows, outputs]; each may have a
  /// stride of its own, in floats from row to row. An int8 layer's residual may be its output.
  /// Precondition: `scratch` was made for at least these rows and inputs and for this layer's ISA.
  public func apply(
    rows: Int, input: UnsafePointer<Float>, inputStride: Int? = nil,
    activation: Activation = .none,
    gate: UnsafePointer<Float>? = nil, gateStride: Int? = nil,
    residual: UnsafePointer<Float>? = nil, residualStride: Int? = nil,
    output: UnsafeMutablePointer<Float>, outputStride: Int? = nil,
    scratch: QuantisedRows
  ) {
    if rows == 0 { return }
    var end = umwelt_epilogue(
      activation: activation.code, gate: gate, residual: residual, output: output,
      gate_stride: gateStride ?? outputs, residual_stride: residualStride ?? outputs,
      output_stride: outputStride ?? outputs)
    if isFloat {
      applyFloat(rows: rows, input: input, inputStride: inputStride ?? inputs, end: &end)
      return
    }
    precondition(scratch.isa == isa)
    scratch.fill(rows: rows, width: inputs, from: input, stride: inputStride ?? inputs)
    var linear = umwelt_linear(
      inputs: Int32(inputs), outputs: Int32(outputs), weights: weights.start, scale: scale.pointer,
      bias: bias.pointer)
    // SAFETY: scratch holds `rows` rows (checked by fill); output, gate and residual hold the rows
    // of the contract; scale and bias are padded to whole steps by FloatStorage.
    umwelt_gemm(isa.code, &linear, Int32(rows), scratch.bytes, scratch.scales.pointer, &end)
  }

  private func applyFloat(
    rows: Int, input: UnsafePointer<Float>, inputStride: Int, end: inout umwelt_epilogue
  ) {
    precondition(end.residual.map { $0 != UnsafePointer(end.output) } ?? true)
    // SAFETY: row-major [rows, inputs] times the transpose of [outputs, inputs]; the caller's
    // pointers hold those many floats, weights holds inputs * outputs (checked at init).
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs), 1,
      input, Int32(inputStride), weights.start.assumingMemoryBound(to: Float.self), Int32(inputs),
      0,
      end.output, Int32(end.output_stride))
    umwelt_finish(
      isa.code, Int32(rows), Int32(outputs), end.output, end.output_stride, bias.pointer, &end)
  }
}
