// SPDX-License-Identifier: Apache-2.0
// Quantised rows are int16, padded with zeros to whole steps of 16: vpmaddwd takes int16 pairs.
#if defined(__x86_64__)
#include "../isa/avx2.h"

typedef int16_t i16x16 __attribute__((ext_vector_type(16)));

LANE_INLINE size_t lanes_row_bytes(int32_t width) { return ((size_t)width + 15) / 16 * 32; }
LANE_INLINE void lanes_put(char *row, int32_t i, i32x16 v) {
  __m256i pairs = _mm256_packs_epi32((__m256i)v.lo, (__m256i)v.hi);
  *(i16x16 *)(row + 2 * i) = (i16x16)_mm256_permute4x64_epi64(pairs, 0xD8);
}
#include "lanes_rows.h"

size_t umwelt_row_bytes_avx2(int32_t width) { return lanes_row_bytes(width); }

void umwelt_quantise_avx2(int32_t rows, int32_t width, const float *x, size_t x_stride,
                             void *quantised, float *row_scale) {
  lanes_quantise(rows, width, x, x_stride, quantised, row_scale);
}

void umwelt_softmax_quantise_avx2(int32_t rows, int32_t width, float *x, size_t x_stride,
                                     float scale, void *quantised, float *row_scale) {
  lanes_softmax_quantise(rows, width, x, x_stride, scale, quantised, row_scale);
}

void umwelt_quantise_rows_avx2(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                  int8_t *q, float *scale) {
  lanes_quantise_rows(rows, width, x, x_stride, q, scale);
}

void umwelt_quantise_columns_avx2(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                     int8_t *q, float *scale) {
  lanes_quantise_columns(rows, width, x, x_stride, q, scale);
}
#pragma clang attribute pop
#endif
