// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

size_t umwelt_packed_bytes(umwelt_isa isa, int32_t inputs, int32_t outputs) {
  UMWELT_GEMM_TABLE(umwelt_packed_bytes);
  return table[isa](inputs, outputs);
}

void umwelt_pack(umwelt_isa isa, int32_t inputs, int32_t outputs, const int8_t *weights,
                 size_t output_stride, size_t input_stride, void *packed) {
  UMWELT_GEMM_TABLE(umwelt_pack);
  table[isa](inputs, outputs, weights, output_stride, input_stride, packed);
}

void umwelt_gemm(umwelt_isa isa, const umwelt_linear *linear, int32_t rows, const void *quantised,
                 const float *row_scale, const umwelt_epilogue *end) {
  UMWELT_GEMM_TABLE(umwelt_gemm);
  table[isa](linear, rows, quantised, row_scale, end);
}
