// SPDX-License-Identifier: Apache-2.0
// quantised: int16, rows padded to 16. packed: tiles of 16 outputs (2 registers of 8), each
// [inputs / 2][16 outputs][2 inputs] int16, zero padded: weights widen once, at load. vpmaddwd is
// exact here (|sum of two products| <= 2 * 127 * 127); vpmaddubsw would saturate at other ranges.
// A block is 4 rows x 16 outputs. Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__x86_64__)
#include "../isa/avx2.h"
#include "lanes_gemm.h"

#define BLOCK_ROWS 4

static size_t pairs_of(int32_t inputs) { return ((size_t)inputs + 1) / 2; }
static size_t tiles_of(int32_t outputs) { return ((size_t)outputs + 15) / 16; }

size_t umwelt_packed_bytes_avx2(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * pairs_of(inputs) * 64;
}

void umwelt_pack_avx2(int32_t inputs, int32_t outputs, const int8_t *weights, size_t output_stride,
                      size_t input_stride, void *packed) {
  size_t pairs = pairs_of(inputs);
  for (size_t o = 0; o < tiles_of(outputs) * 16; o++)
    for (size_t i = 0; i < pairs * 2; i++) {
      bool inside = i < (size_t)inputs && o < (size_t)outputs;
      ((int16_t *)packed)[((o / 16 * pairs + i / 2) * 16 + o % 16) * 2 + i % 2] =
          inside ? weights[o * output_stride + i * input_stride] : 0;
    }
}

// One block of `rows` (constant at each call) x 16 outputs from (row, tile) on.
LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t tile) {
  size_t pairs = pairs_of(g->linear->inputs), column = tile * 16;
  const int16_t *weights = (const int16_t *)g->linear->weights + tile * pairs * 32;
  const char *x = g->x + row * g->row_bytes;
  __m256i low[BLOCK_ROWS], high[BLOCK_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) low[r] = high[r] = _mm256_setzero_si256();
  for (size_t k = 0; k < pairs; k++) {
    __m256i w0 = _mm256_load_si256((const __m256i *)(weights + k * 32));
    __m256i w1 = _mm256_load_si256((const __m256i *)(weights + k * 32 + 16));
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t two;
      __builtin_memcpy(&two, x + (size_t)r * g->row_bytes + k * 4, sizeof two);
      __m256i a = _mm256_set1_epi32(two);
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(a, w0));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(a, w1));
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

void umwelt_gemm_avx2(const umwelt_linear *linear, int32_t rows, const void *quantised,
                      const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_avx2(linear->inputs), row_scale, end);
  for (size_t tile = 0; tile < tiles_of(linear->outputs); tile++) {
    size_t row = 0, count = (size_t)rows;
    for (; row + 4 <= count; row += 4) block(4, &g, row, tile);
    for (; row < count; row++) block(1, &g, row, tile);
  }
}
#pragma clang attribute pop
#endif
