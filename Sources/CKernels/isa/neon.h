// SPDX-License-Identifier: Apache-2.0
// Included first by every neon.c: ARMv8.0, what every aarch64 CPU has. The file ends with
// `#pragma clang attribute pop`.
#ifndef UMWELT_TARGET
#define UMWELT_TARGET "arch=armv8-a"
#endif
#include <arm_neon.h>
#include "CKernels.h"
#pragma clang attribute push(__attribute__((target(UMWELT_TARGET))), apply_to = function)
#include "../lanes.h"
#include "../operations.h"

// Half to even.
LANE_INLINE i32x16 lanes_round(f32x16 v) {
  i32x16 i;
  i.lo.lo = (i32x4)vcvtnq_s32_f32((float32x4_t)v.lo.lo);
  i.lo.hi = (i32x4)vcvtnq_s32_f32((float32x4_t)v.lo.hi);
  i.hi.lo = (i32x4)vcvtnq_s32_f32((float32x4_t)v.hi.lo);
  i.hi.hi = (i32x4)vcvtnq_s32_f32((float32x4_t)v.hi.hi);
  return i;
}

// The low bytes; the same lanes in order. (Values are within int8, or their row's scale is NaN.)
LANE_INLINE i8x16 lanes_narrow(i32x16 v) {
  int16x8_t low = vuzp1q_s16((int16x8_t)v.lo.lo, (int16x8_t)v.lo.hi);
  int16x8_t high = vuzp1q_s16((int16x8_t)v.hi.lo, (int16x8_t)v.hi.hi);
  return (i8x16)vuzp1q_s8((int8x16_t)low, (int8x16_t)high);
}
