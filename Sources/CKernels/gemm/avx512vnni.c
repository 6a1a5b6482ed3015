// SPDX-License-Identifier: Apache-2.0
// quantised: uint8 = q + 128, rows padded to 16, 4-byte reads. packed: tiles of up to 48 outputs
// (3 registers of 16), each [inputs / 4][registers][16 outputs][4 inputs] int8, zero padded; then
// int32 [registers * 16] of -128 * sum(weights), where the sums start. A block is 8 rows x 48
// outputs: 24 accumulators + 3 weights + 1 broadcast of 32 registers.
// Accumulator: |acc| <= 255 * 127 * inputs < 2^31; vpdpbusd does not saturate between products.
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_gemm.h"

#define TILE_REGISTERS 3

static size_t quads_of(int32_t inputs) { return ((size_t)inputs + 3) / 4; }
static size_t registers_of(int32_t outputs) { return ((size_t)outputs + 15) / 16; }

size_t umwelt_packed_bytes_avx512vnni(int32_t inputs, int32_t outputs) {
  return registers_of(outputs) * (quads_of(inputs) * 64 + 64);
}

void umwelt_pack_avx512vnni(int32_t inputs, int32_t outputs, const int8_t *weights, void *packed) {
  size_t quads = quads_of(inputs), registers = registers_of(outputs);
  int8_t *p = packed;
  int32_t *start = (int32_t *)(p + registers * quads * 64);
  for (size_t o = 0; o < registers * 16; o++) start[o] = 0;
  for (size_t tile = 0; tile < registers; tile += TILE_REGISTERS) {
    size_t wide = registers - tile < TILE_REGISTERS ? registers - tile : TILE_REGISTERS;
    for (size_t i = 0; i < quads * 4; i++)
      for (size_t o = tile * 16; o < (tile + wide) * 16; o++) {
        bool inside = i < (size_t)inputs && o < (size_t)outputs;
        int8_t w = inside ? weights[o * (size_t)inputs + i] : 0;
        p[tile * quads * 64 + ((i / 4) * wide * 16 + (o - tile * 16)) * 4 + i % 4] = w;
        start[o] -= 128 * w;
      }
  }
}

typedef struct {
  const umwelt_linear *linear;
  const int8_t *weights;  // the tile's
  const int32_t *start;
  int32_t first;  // output of the tile
  const uint8_t *x;
  size_t row_bytes;
  const float *row_scale, *residual;
  float *output;
  bool gelu;
} block_t;

// One block of `rows` x `wide` registers, both constant at each call.
LANE_INLINE void block(const int rows, const int wide, const block_t *b, size_t row) {
  size_t quads = quads_of(b->linear->inputs);
  const uint8_t *x = b->x + row * b->row_bytes;
  __m512i acc[8][TILE_REGISTERS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < wide; v++) acc[r][v] = _mm512_loadu_si512(b->start + v * 16);
  for (size_t k = 0; k < quads; k++) {
    __m512i w[TILE_REGISTERS];
#pragma clang loop unroll(full)
    for (int v = 0; v < wide; v++)
      w[v] = _mm512_load_si512(b->weights + (k * (size_t)wide + (size_t)v) * 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t four;
      __builtin_memcpy(&four, x + (size_t)r * b->row_bytes + k * 4, sizeof four);
      __m512i a = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
      for (int v = 0; v < wide; v++) acc[r][v] = _mm512_dpbusd_epi32(acc[r][v], a, w[v]);
    }
  }
  size_t outputs = (size_t)b->linear->outputs;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < wide; v++) {
      int32_t o = b->first + v * 16;
      size_t at = (row + (size_t)r) * outputs + (size_t)o;
      lanes_gemm_store((i32x16)acc[r][v], b->row_scale[row + (size_t)r], b->linear->scale + o,
                       b->linear->bias + o, b->gelu, b->residual ? b->residual + at : NULL,
                       b->output + at, b->linear->outputs - o);
    }
}

LANE_INLINE void tile(const int wide, const block_t *b, size_t rows) {
  size_t row = 0;
  for (; row + 8 <= rows; row += 8) block(8, wide, b, row);
  for (; row + 4 <= rows; row += 4) block(4, wide, b, row);
  for (; row < rows; row++) block(1, wide, b, row);
}

void umwelt_gemm_avx512vnni(const umwelt_linear *linear, int32_t rows, const void *quantised,
                            const float *row_scale, bool gelu, const float *residual,
                            float *output) {
  size_t quads = quads_of(linear->inputs), registers = registers_of(linear->outputs);
  const int8_t *weights = linear->weights;
  const int32_t *start = (const int32_t *)(weights + registers * quads * 64);
  block_t b = {.linear = linear, .x = quantised, .row_scale = row_scale, .residual = residual,
               .row_bytes = umwelt_row_bytes_avx512vnni(linear->inputs), .output = output,
               .gelu = gelu};
  for (size_t t = 0; t < registers; t += TILE_REGISTERS) {
    b.weights = weights + t * quads * 64;
    b.start = start + t * 16;
    b.first = (int32_t)t * 16;
    size_t wide = registers - t;
    if (wide >= 3) tile(3, &b, (size_t)rows);
    else if (wide == 2) tile(2, &b, (size_t)rows);
    else tile(1, &b, (size_t)rows);
  }
}
#pragma clang attribute pop
#endif
