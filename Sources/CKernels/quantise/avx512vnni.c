// SPDX-License-Identifier: Apache-2.0
// Quantised rows are uint8 = q + 128, padded to whole steps of 16: vpdpbusd takes unsigned times
// signed. The gemm takes 128 * sum(weights) off again.
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"

LANE_INLINE size_t lanes_row_bytes(int32_t width) { return ((size_t)width + 15) / 16 * 16; }
LANE_INLINE void lanes_put(char *row, int32_t i, i32x16 v) {
  *(i8x16 *)(row + i) = lanes_narrow(v) ^ (i8x16)(int8_t)-128;
}
LANE_INLINE void lanes_put_four(char *row, int32_t i, i32x16 a, i32x16 b, i32x16 c, i32x16 d) {
  __m512i ab = _mm512_packs_epi32((__m512i)a, (__m512i)b);
  __m512i cd = _mm512_packs_epi32((__m512i)c, (__m512i)d);
  // Quarter j of the packed bytes holds the four values j of a, b, c and d.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  __m512i bytes = _mm512_permutexvar_epi32(order, _mm512_packs_epi16(ab, cd));
  _mm512_storeu_si512(row + i, _mm512_xor_si512(bytes, _mm512_set1_epi8(-128)));
}
#define LANES_PUT_FOUR lanes_put_four
#include "lanes_rows.h"

size_t umwelt_row_bytes_avx512vnni(int32_t width) { return lanes_row_bytes(width); }

void umwelt_quantise_avx512vnni(int32_t rows, int32_t width, const float *x, size_t x_stride,
                             void *quantised, float *row_scale) {
  lanes_quantise(rows, width, x, x_stride, quantised, row_scale);
}

void umwelt_softmax_quantise_avx512vnni(int32_t rows, int32_t width, float *x, size_t x_stride,
                                     float scale, void *quantised, float *row_scale) {
  lanes_softmax_quantise(rows, width, x, x_stride, scale, quantised, row_scale);
}

void umwelt_quantise_rows_avx512vnni(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                  int8_t *q, float *scale) {
  lanes_quantise_rows(rows, width, x, x_stride, q, scale);
}

void umwelt_quantise_columns_avx512vnni(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                     int8_t *q, float *scale) {
  lanes_quantise_columns(rows, width, x, x_stride, q, scale);
}
#pragma clang attribute pop
#endif
