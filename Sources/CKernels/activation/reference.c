// SPDX-License-Identifier: Apache-2.0
// The specification: bias, activation, residual, in that order.
#include "../operations.h"
#include "scalar.h"

void umwelt_epilogue_reference(int32_t rows, int32_t width, const float *bias, bool gelu,
                               const float *residual, float *y) {
  for (size_t r = 0; r < (size_t)rows; r++)
    for (size_t o = 0; o < (size_t)width; o++) {
      size_t at = r * (size_t)width + o;
      float v = y[at] + bias[o];
      if (gelu) v = umwelt_gelu(v);
      y[at] = residual ? residual[at] + v : v;
    }
}
