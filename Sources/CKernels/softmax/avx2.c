// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx2.h"
#include "lanes_softmax.h"

void umwelt_softmax_avx2(int32_t rows, int32_t width, float *x, size_t x_stride, float scale) {
  for (size_t r = 0; r < (size_t)rows; r++) lanes_softmax_row(width, x + r * x_stride, scale);
}
#pragma clang attribute pop
#endif
