// SPDX-License-Identifier: Apache-2.0
// What each instruction set provides. A new one (NEON) adds a column here, a file per folder and
// a row in each dispatch.c.
#ifndef UMWELT_OPERATIONS_H
#define UMWELT_OPERATIONS_H
#include "CKernels.h"

#if defined(__x86_64__)
#define UMWELT_X86(function) function
#else
#define UMWELT_X86(function) NULL
#endif

typedef size_t umwelt_packed_bytes_fn(int32_t inputs, int32_t outputs);
typedef size_t umwelt_row_bytes_fn(int32_t width);
typedef void umwelt_pack_fn(int32_t inputs, int32_t outputs, const int8_t *weights, void *packed);
typedef void umwelt_quantise_fn(int32_t rows, int32_t width, const float *x, void *quantised,
                                float *row_scale);
typedef void umwelt_gemm_fn(const umwelt_linear *linear, int32_t rows, const void *quantised,
                            const float *row_scale, bool gelu, const float *residual,
                            float *output);
typedef void umwelt_epilogue_fn(int32_t rows, int32_t width, const float *bias, bool gelu,
                                const float *residual, float *y);
typedef void umwelt_layer_norm_fn(int32_t rows, int32_t width, const float *x, const float *gain,
                                  const float *bias, float epsilon, float *y);
typedef void umwelt_attention_fn(int32_t heads, int32_t head, float scale, const float *qkv,
                                 float *output);

#define UMWELT_DECLARE(isa)                              \
  umwelt_packed_bytes_fn umwelt_packed_bytes_##isa;      \
  umwelt_row_bytes_fn umwelt_row_bytes_##isa;            \
  umwelt_pack_fn umwelt_pack_##isa;                      \
  umwelt_quantise_fn umwelt_quantise_##isa;              \
  umwelt_gemm_fn umwelt_gemm_##isa;                      \
  umwelt_epilogue_fn umwelt_epilogue_##isa;              \
  umwelt_layer_norm_fn umwelt_layer_norm_##isa;          \
  umwelt_attention_fn umwelt_attention_##isa;

UMWELT_DECLARE(reference)
UMWELT_DECLARE(avx2)
UMWELT_DECLARE(avx512vnni)

// One operation's table: [reference, avx2, avx512vnni].
#define UMWELT_TABLE(operation)                                                             \
  static operation##_fn *const table[UMWELT_ISA_COUNT] = {                                  \
      operation##_reference, UMWELT_X86(operation##_avx2), UMWELT_X86(operation##_avx512vnni)}
#endif
