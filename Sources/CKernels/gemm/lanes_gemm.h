// SPDX-License-Identifier: Apache-2.0
// The int8 gemm's epilogue in lanes: sixteen outputs of one row.
#ifndef UMWELT_LANES_GEMM_H
#define UMWELT_LANES_GEMM_H
#include "../lanes.h"

LANE_INLINE void lanes_gemm_store(i32x16 acc, float row_scale, const float *scale,
                                  const float *bias, bool gelu, const float *residual,
                                  float *output, int32_t count) {
  f32x16 y = __builtin_convertvector(acc, f32x16) * (row_scale * lanes_load(scale)) +
             lanes_load(bias);
  if (gelu) y = lanes_gelu(y);
  if (residual) y = lanes_load_some(residual, count) + y;
  lanes_store_some(output, y, count);
}
#endif
