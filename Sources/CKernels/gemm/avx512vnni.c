// SPDX-License-Identifier: Apache-2.0
// quantised: uint8 = q + 128; weights: quads.h. A block is 8 rows x 3 tiles of 16 outputs: 24
// accumulators + 3 weights + 1 broadcast of 32 registers.
// Accumulator: |acc| <= 255 * 127 * inputs < 2^31; vpdpbusd does not saturate between products.
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_gemm.h"
#include "quads.h"

#define BLOCK_ROWS 8
#define BLOCK_TILES 3

size_t umwelt_packed_bytes_avx512vnni(int32_t inputs, int32_t outputs) {
  return quads_bytes(inputs, outputs);
}

void umwelt_pack_avx512vnni(int32_t inputs, int32_t outputs, const int8_t *weights,
                            size_t output_stride, size_t input_stride, void *packed) {
  quads_fill(quads_of(inputs), inputs, outputs, weights, output_stride, input_stride, packed);
  quads_starts(inputs, outputs, packed);
}

// One block of `rows` x `tiles` from (row, tile) on; both counts are constant at each call.
LANE_INLINE void block(const int rows, const int tiles, const gemm_t *g, size_t row, size_t tile) {
  size_t quads = quads_of(g->linear->inputs), column = tile * 16;
  const int8_t *weights = (const int8_t *)g->linear->weights + tile * quads * 64;
  const int32_t *start =
      (const int32_t *)((const int8_t *)g->linear->weights +
                        tiles_of(g->linear->outputs) * quads * 64) + column;
  const char *x = g->x + row * g->row_bytes;
  __m512i acc[BLOCK_ROWS][BLOCK_TILES];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < tiles; t++) acc[r][t] = _mm512_load_si512(start + t * 16);
  for (size_t k = 0; k < quads; k++) {
    __m512i w[BLOCK_TILES];
#pragma clang loop unroll(full)
    for (int t = 0; t < tiles; t++)
      w[t] = _mm512_load_si512(weights + ((size_t)t * quads + k) * 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t four;
      __builtin_memcpy(&four, x + (size_t)r * g->row_bytes + k * 4, sizeof four);
      __m512i a = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
      for (int t = 0; t < tiles; t++) acc[r][t] = _mm512_dpbusd_epi32(acc[r][t], a, w[t]);
    }
  }
  float passing[BLOCK_ROWS * BLOCK_TILES * 16];
  gemm_target_t target = lanes_gemm_target(g, row, column, passing, BLOCK_TILES * 16);
  int32_t left = g->linear->outputs - (int32_t)column;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < tiles; t++)
      lanes_gemm_store(g, (i32x16)acc[r][t], row + (size_t)r, column + (size_t)t * 16,
                       target.to + (size_t)r * target.stride + t * 16,
                       t + 1 < tiles ? 16 : left - t * 16);
  if (!g->is_bare)
    lanes_finish(g->end, row, (size_t)rows, column, left < tiles * 16 ? left : tiles * 16, passing,
                 BLOCK_TILES * 16);
}

LANE_INLINE void all_rows(const int tiles, const gemm_t *g, size_t rows, size_t tile) {
  for (size_t row = 0, count; row < rows; row += count) {
    count = lanes_gemm_rows(rows - row, BLOCK_ROWS);
    switch (count) {
      case 8: block(8, tiles, g, row, tile); break;
      case 7: block(7, tiles, g, row, tile); break;
      case 6: block(6, tiles, g, row, tile); break;
      case 5: block(5, tiles, g, row, tile); break;
      case 4: block(4, tiles, g, row, tile); break;
      case 3: block(3, tiles, g, row, tile); break;
      case 2: block(2, tiles, g, row, tile); break;
      default: block(1, tiles, g, row, tile); break;
    }
  }
}

void umwelt_gemm_avx512vnni(const umwelt_linear *linear, int32_t rows, const void *quantised,
                            const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_avx512vnni(linear->inputs), row_scale,
                        end);
  size_t tile = 0, tiles = tiles_of(linear->outputs);
  for (; tile + 3 <= tiles; tile += 3) all_rows(3, &g, (size_t)rows, tile);
  if (tile + 2 == tiles) all_rows(2, &g, (size_t)rows, tile);
  if (tile + 1 == tiles) all_rows(1, &g, (size_t)rows, tile);
}
#pragma clang attribute pop
#endif
