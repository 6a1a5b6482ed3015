// SPDX-License-Identifier: Apache-2.0
// Quantised rows are uint8 = q + 128, padded to whole steps of 16: vpdpbusd takes unsigned times
// signed. The gemm takes 128 * sum(weights) off again.
#if defined(__x86_64__)
#include "../isa/avxvnni.h"

LANE_INLINE size_t lanes_row_bytes(int32_t width) { return ((size_t)width + 15) / 16 * 16; }
LANE_INLINE void lanes_put(char *row, int32_t i, i32x16 v) {
  *(i8x16 *)(row + i) = lanes_narrow(v) ^ (i8x16)(int8_t)-128;
}
#include "lanes_rows.h"

size_t umwelt_row_bytes_avxvnni(int32_t width) { return lanes_row_bytes(width); }

void umwelt_quantise_avxvnni(int32_t rows, int32_t width, const float *x, size_t x_stride,
                             void *quantised, float *row_scale) {
  lanes_quantise(rows, width, x, x_stride, quantised, row_scale);
}

void umwelt_softmax_quantise_avxvnni(int32_t rows, int32_t width, float *x, size_t x_stride,
                                     float scale, void *quantised, float *row_scale) {
  lanes_softmax_quantise(rows, width, x, x_stride, scale, quantised, row_scale);
}
#pragma clang attribute pop
#endif
