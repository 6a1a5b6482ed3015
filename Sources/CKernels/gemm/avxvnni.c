// SPDX-License-Identifier: Apache-2.0
// quantised: uint8 = q + 128; weights: quads.h. A block is 6 rows x 16 outputs: 12 accumulators +
// 2 weights + 1 broadcast of 16 registers.
// Accumulator: |acc| <= 255 * 127 * inputs < 2^31; vpdpbusd does not saturate between products.
#if defined(__x86_64__)
#include "../isa/avxvnni.h"
#include "lanes_gemm.h"
#include "quads.h"

#define BLOCK_ROWS 6

size_t umwelt_packed_bytes_avxvnni(int32_t inputs, int32_t outputs) {
  return quads_bytes(inputs, outputs);
}

void umwelt_pack_avxvnni(int32_t inputs, int32_t outputs, const int8_t *weights,
                         size_t output_stride, size_t input_stride, void *packed) {
  quads_fill(quads_of(inputs), inputs, outputs, weights, output_stride, input_stride, packed);
  quads_starts(inputs, outputs, packed);
}

// One block of `rows` (constant at each call) x 16 outputs from (row, tile) on.
LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t tile) {
  size_t quads = quads_of(g->linear->inputs), column = tile * 16;
  const int8_t *weights = (const int8_t *)g->linear->weights + tile * quads * 64;
  const int32_t *start =
      (const int32_t *)((const int8_t *)g->linear->weights +
                        tiles_of(g->linear->outputs) * quads * 64) + column;
  const char *x = g->x + row * g->row_bytes;
  __m256i low[BLOCK_ROWS], high[BLOCK_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    low[r] = _mm256_load_si256((const __m256i *)start);
    high[r] = _mm256_load_si256((const __m256i *)(start + 8));
  }
  for (size_t k = 0; k < quads; k++) {
    __m256i w0 = _mm256_load_si256((const __m256i *)(weights + k * 64));
    __m256i w1 = _mm256_load_si256((const __m256i *)(weights + k * 64 + 32));
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t four;
      __builtin_memcpy(&four, x + (size_t)r * g->row_bytes + k * 4, sizeof four);
      __m256i a = _mm256_set1_epi32(four);
      low[r] = _mm256_dpbusd_avx_epi32(low[r], a, w0);
      high[r] = _mm256_dpbusd_avx_epi32(high[r], a, w1);
    }
  }
  float passing[BLOCK_ROWS * 16];
  gemm_target_t target = lanes_gemm_target(g, row, column, passing, 16);
  int32_t left = g->linear->outputs - (int32_t)column;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    i32x16 acc;
    acc.lo = (i32x8)low[r];
    acc.hi = (i32x8)high[r];
    lanes_gemm_store(g, acc, row + (size_t)r, column, target.to + (size_t)r * target.stride, left);
  }
  if (!g->is_bare)
    lanes_finish(g->end, row, (size_t)rows, column, left < 16 ? left : 16, passing, 16);
}

void umwelt_gemm_avxvnni(const umwelt_linear *linear, int32_t rows, const void *quantised,
                         const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_avxvnni(linear->inputs), row_scale, end);
  for (size_t tile = 0; tile < tiles_of(linear->outputs); tile++) {
    for (size_t row = 0, count; row < (size_t)rows; row += count) {
      count = lanes_gemm_rows((size_t)rows - row, BLOCK_ROWS);
      switch (count) {
        case 6: block(6, &g, row, tile); break;
        case 5: block(5, &g, row, tile); break;
        case 4: block(4, &g, row, tile); break;
        case 3: block(3, &g, row, tile); break;
        case 2: block(2, &g, row, tile); break;
        default: block(1, &g, row, tile); break;
      }
    }
  }
}
#pragma clang attribute pop
#endif
