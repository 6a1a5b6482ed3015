// SPDX-License-Identifier: Apache-2.0
// quantised: int16, rows padded to 16. packed: tiles of 16 outputs (2 registers of 8), each
// [inputs / 2][16 outputs][2 inputs] int16, zero padded: weights widen once, at load. vpmaddwd is
// exact here (|sum of two products| <= 2 * 127 * 127); vpmaddubsw would saturate at other ranges.
// A block is 4 rows x 16 outputs. Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__x86_64__)
#include "../isa/avx2.h"
#include "lanes_gemm.h"

static size_t pairs_of(int32_t inputs) { return ((size_t)inputs + 1) / 2; }
static size_t tiles_of(int32_t outputs) { return ((size_t)outputs + 15) / 16; }

size_t umwelt_packed_bytes_avx2(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * pairs_of(inputs) * 64;
}

void umwelt_pack_avx2(int32_t inputs, int32_t outputs, const int8_t *weights, void *packed) {
  size_t pairs = pairs_of(inputs);
  for (size_t o = 0; o < tiles_of(outputs) * 16; o++)
    for (size_t i = 0; i < pairs * 2; i++) {
      bool inside = i < (size_t)inputs && o < (size_t)outputs;
      ((int16_t *)packed)[((o / 16 * pairs + i / 2) * 16 + o % 16) * 2 + i % 2] =
          inside ? weights[o * (size_t)inputs + i] : 0;
    }
}

typedef struct {
  const umwelt_linear *linear;
  const int16_t *weights;  // the tile's
  int32_t first;           // output of the tile
  const int16_t *x;
  size_t row_items;
  const float *row_scale, *residual;
  float *output;
  bool gelu;
} block_t;

typedef int32_t i32x8 __attribute__((ext_vector_type(8)));

// One block of `rows` x 16 outputs; `rows` is constant at each call.
LANE_INLINE void block(const int rows, const block_t *b, size_t row) {
  size_t pairs = pairs_of(b->linear->inputs), outputs = (size_t)b->linear->outputs;
  const int16_t *x = b->x + row * b->row_items;
  __m256i low[4], high[4];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) low[r] = high[r] = _mm256_setzero_si256();
  for (size_t k = 0; k < pairs; k++) {
    __m256i w0 = _mm256_load_si256((const __m256i *)(b->weights + k * 32));
    __m256i w1 = _mm256_load_si256((const __m256i *)(b->weights + k * 32 + 16));
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t two;
      __builtin_memcpy(&two, x + (size_t)r * b->row_items + k * 2, sizeof two);
      __m256i a = _mm256_set1_epi32(two);
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(a, w0));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(a, w1));
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    i32x16 acc;
    acc.lo = (i32x8)low[r];
    acc.hi = (i32x8)high[r];
    size_t at = (row + (size_t)r) * outputs + (size_t)b->first;
    lanes_gemm_store(acc, b->row_scale[row + (size_t)r], b->linear->scale + b->first,
                     b->linear->bias + b->first, b->gelu, b->residual ? b->residual + at : NULL,
                     b->output + at, b->linear->outputs - b->first);
  }
}

void umwelt_gemm_avx2(const umwelt_linear *linear, int32_t rows, const void *quantised,
                      const float *row_scale, bool gelu, const float *residual, float *output) {
  block_t b = {.linear = linear, .x = quantised, .row_scale = row_scale, .residual = residual,
               .row_items = umwelt_row_bytes_avx2(linear->inputs) / sizeof(int16_t),
               .output = output, .gelu = gelu};
  for (size_t t = 0; t < tiles_of(linear->outputs); t++) {
    b.weights = (const int16_t *)linear->weights + t * pairs_of(linear->inputs) * 32;
    b.first = (int32_t)t * 16;
    size_t row = 0, count = (size_t)rows;
    for (; row + 4 <= count; row += 4) block(4, &b, row);
    for (; row < count; row++) block(1, &b, row);
  }
}
#pragma clang attribute pop
#endif
