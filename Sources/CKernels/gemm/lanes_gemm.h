// SPDX-License-Identifier: Apache-2.0
// What a gemm does with its sums, in lanes. A bare product is stored from the registers; anything
// else passes through a small block that stays in the nearest cache.
#ifndef UMWELT_LANES_GEMM_H
#define UMWELT_LANES_GEMM_H
#include "../epilogue/lanes_epilogue.h"

// One call of a gemm. Offsets are in outputs.
typedef struct {
  const umwelt_linear *linear;
  const char *x;     // quantised rows
  size_t row_bytes;
  const float *row_scale;
  const umwelt_epilogue *end;
  bool is_bare;      // no activation, gate or residual
} gemm_t;

LANE_INLINE gemm_t lanes_gemm(const umwelt_linear *linear, const void *quantised, size_t row_bytes,
                              const float *row_scale, const umwelt_epilogue *end) {
  bool is_bare = end->activation == UMWELT_NO_ACTIVATION && !end->gate && !end->residual;
  return (gemm_t){linear, quantised, row_bytes, row_scale, end, is_bare};
}

// Rows of the next block of at most `most`: what is left over is shared by the last two, because
// a block of one or two rows keeps the multipliers waiting.
LANE_INLINE size_t lanes_gemm_rows(size_t left, size_t most) {
  if (left <= most) return left;
  return left >= most + most / 2 ? most : (left + 1) / 2;
}

// Where a block of sums goes: the output itself, or the block on the way to the epilogue.
typedef struct {
  float *to;
  size_t stride;
} gemm_target_t;

LANE_INLINE gemm_target_t lanes_gemm_target(const gemm_t *g, size_t row, size_t column,
                                            float *block, size_t block_stride) {
  if (!g->is_bare) return (gemm_target_t){block, block_stride};
  return (gemm_target_t){g->end->output + row * g->end->output_stride + column,
                         g->end->output_stride};
}

// Sixteen outputs of one row, `count` of them wanted.
LANE_INLINE void lanes_gemm_store(const gemm_t *g, i32x16 acc, size_t row, size_t column,
                                  float *to, int32_t count) {
  f32x16 scale = g->row_scale[row] * lanes_load(g->linear->scale + column);
  f32x16 y = lanes_fma(__builtin_convertvector(acc, f32x16), scale,
                       lanes_load(g->linear->bias + column));
  lanes_store_some(to, y, count);
}
#endif
