// SPDX-License-Identifier: Apache-2.0
// quantised: int8, rows padded to 16. packed: tiles of 4 outputs, each
// [inputs / 16][4 outputs][16], zero padded to 16 inputs and outputs. Two products add up in
// int16 (|sum| <= 2 * 127 * 127), and these sums in pairs to int32.
// A block is 5 rows x 4 outputs: 20 accumulators of four partial sums, added up at its end.
// Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__aarch64__)
#include "../isa/neon.h"
#define ARM_ROWS 5
#define ARM_OUTPUTS 4
#include "arm_gemm.h"

size_t umwelt_packed_bytes_neon(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * steps_of(inputs) * 256;
}

void umwelt_pack_neon(int32_t inputs, int32_t outputs, const int8_t *weights, size_t output_stride,
                      size_t input_stride, void *packed) {
  size_t steps = steps_of(inputs);
  for (size_t o = 0; o < (size_t)outputs; o += 16)
    for (size_t i = 0; i < steps * 16; i += 8) {
      int8_t eights[16][8];
      arm_eights(inputs, outputs, weights, output_stride, input_stride, o, i, eights);
      int8_t *to = (int8_t *)packed + o * steps * 16 + i / 16 * 64 + i % 16;
      for (size_t j = 0; j < 16; j++)
        __builtin_memcpy(to + j / 4 * steps * 64 + j % 4 * 16, eights[j], 8);
    }
}

// The compiler keeps volatile statements in their order, which is written for CPUs that execute in
// order (Cortex-A53): three steps make 16 products, and a step waits for the result of the one
// before it, so four times 16 are under way, and loads come well before their use.
LANE_INLINE int8x16_t load(const int8_t *p, intptr_t offset) {
  int8x16_t v;
  __asm volatile("ldr %q0, [%1, %2]" : "=w"(v) : "r"(p), "r"(offset) : "memory");
  return v;
}
LANE_INLINE void load_two(const int8_t **p, int8x16_t *v) {
  __asm volatile("ldp %q0, %q1, [%2], #32" : "=w"(v[0]), "=w"(v[1]), "+r"(*p) : : "memory");
}
LANE_INLINE int16x8_t low_products(int8x16_t a, int8x16_t b) {
  int16x8_t v;
  __asm volatile("smull %0.8h, %1.8b, %2.8b" : "=w"(v) : "w"(a), "w"(b));
  return v;
}
LANE_INLINE void add_high_products(int16x8_t *v, int8x16_t a, int8x16_t b) {
  __asm volatile("smlal2 %0.8h, %1.16b, %2.16b" : "+w"(*v) : "w"(a), "w"(b));
}
LANE_INLINE void add_pairs(int32x4_t *acc, int16x8_t v) {
  __asm volatile("sadalp %0.4s, %1.8h" : "+w"(*acc) : "w"(v));
}

// Product t of a step is that of row t / 4 and output t % 4, on its way in two[t % 4]. What the
// last products of a step still lack is done in the next step, while its loads are under way.
LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column,
                       arm_target_t to) {
  size_t steps = steps_of(g->linear->inputs);
  const int products = rows * 4;
  const int8_t *w = (const int8_t *)g->linear->weights + column * steps * 16, *x[ARM_ROWS];
  int32x4_t acc[ARM_ROWS][4];
  int16x8_t two[4];
  int8x16_t weights[4], values[2];  // of the row whose turn it is, and of the other one
  arm_rows(rows, g, row, x);
  for (int r = 0; r < rows; r++) x[r] += steps * 16;
#pragma clang loop unroll(full)
  for (int t = 0; t < products; t++) acc[t / 4][t % 4] = vdupq_n_s32(0);
  for (int o = 0; o < 4; o++) two[o] = vdupq_n_s16(0), weights[o] = vdupq_n_s8(0);
  values[0] = values[1] = vdupq_n_s8(0);
  for (intptr_t left = -(intptr_t)steps * 16; left; left += 16) {
    int8x16_t last = values[(rows - 1) % 2];
    load_two(&w, weights);
    add_high_products(&two[2], last, weights[2]);
    values[0] = load(x[0], left);
    add_high_products(&two[3], last, weights[3]);
    load_two(&w, weights + 2);
    add_pairs(&acc[rows - 1][0], two[0]);
    add_pairs(&acc[rows - 1][1], two[1]);
#pragma clang loop unroll(full)
    for (int t = 0; t < products; t++) {
      const int high = t - 2, done = t - 4;
      if (done >= 0) add_pairs(&acc[done / 4][done % 4], two[done % 4]);
      if (high >= 0) add_high_products(&two[high % 4], values[high / 4 % 2], weights[high % 4]);
      two[t % 4] = low_products(values[t / 4 % 2], weights[t % 4]);
      if (t == 0) add_pairs(&acc[rows - 1][2], two[2]);
      if (t == 1) add_pairs(&acc[rows - 1][3], two[3]);
      if (t % 4 == 1 && t + 4 < products) values[(t / 4 + 1) % 2] = load(x[t / 4 + 1], left);
    }
  }
  add_high_products(&two[2], values[(rows - 1) % 2], weights[2]);
  add_high_products(&two[3], values[(rows - 1) % 2], weights[3]);
#pragma clang loop unroll(full)
  for (int o = 0; o < 4; o++) add_pairs(&acc[rows - 1][o], two[o]);
  int32x4_t sums[ARM_ROWS][1];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
    sums[r][0] = vpaddq_s32(vpaddq_s32(acc[r][0], acc[r][1]), vpaddq_s32(acc[r][2], acc[r][3]));
  arm_store(rows, g, row, column, to, sums);
}

void umwelt_gemm_neon(const umwelt_linear *linear, int32_t rows, const void *quantised,
                      const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_neon(linear->inputs), row_scale, end);
  arm_gemm(&g, (size_t)rows);
}
#pragma clang attribute pop
#endif
