// SPDX-License-Identifier: Apache-2.0
// The specification: bias, activation, gate, residual, in that order.
#include "../operations.h"
#include "../scalar.h"

void umwelt_finish_reference(int32_t rows, int32_t width, const float *y, size_t y_stride,
                             const float *bias, const umwelt_epilogue *end) {
  for (size_t r = 0; r < (size_t)rows; r++)
    for (size_t o = 0; o < (size_t)width; o++) {
      float v = y[r * y_stride + o];
      if (bias) v = v + bias[o];
      v = umwelt_activate(end->activation, v);
      float gate = end->gate ? end->gate[r * end->gate_stride + o] : 1.0f;
      float residual = end->residual ? end->residual[r * end->residual_stride + o] : 0.0f;
      if (end->gate && end->residual) v = umwelt_fma(gate, v, residual);
      else if (end->gate) v = gate * v;
      else if (end->residual) v = residual + v;
      end->output[r * end->output_stride + o] = v;
    }
}
