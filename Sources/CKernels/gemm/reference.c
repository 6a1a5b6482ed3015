// SPDX-License-Identifier: Apache-2.0
// The specification. quantised: int8 [rows, inputs]; packed weights: int8 [outputs, inputs].
// Accumulator: |acc| <= 127 * 127 * inputs < 2^31. Rounding: int to float half to even, then one
// rounding for each of row_scale * scale, acc * that, + bias, the activation's steps, + residual.
#include "../activation/scalar.h"
#include "../operations.h"

size_t umwelt_packed_bytes_reference(int32_t inputs, int32_t outputs) {
  return (size_t)inputs * (size_t)outputs;
}

void umwelt_pack_reference(int32_t inputs, int32_t outputs, const int8_t *weights, void *packed) {
  __builtin_memcpy(packed, weights, umwelt_packed_bytes_reference(inputs, outputs));
}

void umwelt_gemm_reference(const umwelt_linear *linear, int32_t rows, const void *quantised,
                           const float *row_scale, bool gelu, const float *residual,
                           float *output) {
  size_t inputs = (size_t)linear->inputs, outputs = (size_t)linear->outputs;
  for (size_t r = 0; r < (size_t)rows; r++) {
    const int8_t *x = (const int8_t *)quantised + r * umwelt_row_bytes_reference(linear->inputs);
    for (size_t o = 0; o < outputs; o++) {
      const int8_t *w = (const int8_t *)linear->weights + o * inputs;
      int32_t acc = 0;
      for (size_t i = 0; i < inputs; i++) acc += (int32_t)x[i] * (int32_t)w[i];
      float y = (float)acc * (row_scale[r] * linear->scale[o]) + linear->bias[o];
      if (gelu) y = umwelt_gelu(y);
      if (residual) y = residual[r * outputs + o] + y;
      output[r * outputs + o] = y;
    }
  }
}
