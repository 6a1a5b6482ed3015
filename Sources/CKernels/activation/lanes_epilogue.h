// SPDX-License-Identifier: Apache-2.0
// The float path's epilogue in lanes.
#ifndef UMWELT_LANES_EPILOGUE_H
#define UMWELT_LANES_EPILOGUE_H
#include "../lanes.h"

LANE_INLINE void lanes_epilogue_step(const float *bias, bool gelu, const float *residual, float *y,
                                     int32_t count) {
  f32x16 v = lanes_load_some(y, count) + lanes_load_some(bias, count);
  if (gelu) v = lanes_gelu(v);
  if (residual) v = lanes_load_some(residual, count) + v;
  lanes_store_some(y, v, count);
}

LANE_INLINE void lanes_epilogue_rows(int32_t rows, int32_t width, const float *bias, bool gelu,
                                     const float *residual, float *y) {
  for (size_t r = 0; r < (size_t)rows; r++)
    for (int32_t i = 0; i < width; i += UMWELT_LANES) {
      size_t at = r * (size_t)width + (size_t)i;
      lanes_epilogue_step(bias + i, gelu, residual ? residual + at : NULL, y + at, width - i);
    }
}
#endif
