// SPDX-License-Identifier: Apache-2.0
// The specification. quantised: int8 [rows, inputs]; packed weights: int8 [outputs, inputs].
// Accumulator: |acc| <= 127 * 127 * inputs < 2^31. Rounding: int to float half to even, then one
// rounding for row_scale * scale and one for the fused multiply-add with the bias.
#include "../operations.h"
#include "../scalar.h"

size_t umwelt_packed_bytes_reference(int32_t inputs, int32_t outputs) {
  return (size_t)inputs * (size_t)outputs;
}

void umwelt_pack_reference(int32_t inputs, int32_t outputs, const int8_t *weights,
                           size_t output_stride, size_t input_stride, void *packed) {
  int8_t *p = packed;
  for (size_t o = 0; o < (size_t)outputs; o++)
    for (size_t i = 0; i < (size_t)inputs; i++)
      *p++ = weights[o * output_stride + i * input_stride];
}

void umwelt_gemm_reference(const umwelt_linear *linear, int32_t rows, const void *quantised,
                           const float *row_scale, const umwelt_epilogue *end) {
  size_t inputs = (size_t)linear->inputs, outputs = (size_t)linear->outputs;
  for (size_t r = 0; r < (size_t)rows; r++) {
    const int8_t *x = (const int8_t *)quantised + r * umwelt_row_bytes_reference(linear->inputs);
    for (size_t o = 0; o < outputs; o++) {
      const int8_t *w = (const int8_t *)linear->weights + o * inputs;
      int32_t acc = 0;
      for (size_t i = 0; i < inputs; i++) acc += (int32_t)x[i] * (int32_t)w[i];
      float y = umwelt_fma((float)acc, row_scale[r] * linear->scale[o], linear->bias[o]);
      umwelt_epilogue one = *end;
      one.output += r * end->output_stride + o;
      if (end->gate) one.gate += r * end->gate_stride + o;
      if (end->residual) one.residual += r * end->residual_stride + o;
      umwelt_finish_reference(1, 1, &y, 1, NULL, &one);
    }
  }
}
