// SPDX-License-Identifier: Apache-2.0
// The C face of the int8 and float kernels. Every operation takes the instruction set it is to
// run on; every instruction set gives the same bits as UMWELT_REFERENCE.
#ifndef UMWELT_CKERNELS_H
#define UMWELT_CKERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UMWELT_LANES 16             // floats per step of every vector loop and partial sums per sum
#define UMWELT_ATTENTION_TOKENS 16  // the attention kernel's fixed number of tokens
#define UMWELT_ATTENTION_HEAD_MAX 128
#define UMWELT_INPUTS_MAX 65536     // 255 * 127 * 65536 < 2^31: int32 sums cannot overflow

typedef enum {
  UMWELT_REFERENCE = 0,
  UMWELT_AVX2 = 1,
  UMWELT_AVX512VNNI = 2,
} umwelt_isa;
#define UMWELT_ISA_COUNT 3

// Whether this build and this CPU have the instruction set.
bool umwelt_isa_supported(umwelt_isa isa);

// One linear layer packed for one instruction set; the caller owns the storage.
typedef struct {
  int32_t inputs;       // 1...UMWELT_INPUTS_MAX
  int32_t outputs;      // >= 1
  const void *weights;  // umwelt_pack's output, 64-byte aligned
  const float *scale;   // [outputs, padded to a multiple of UMWELT_LANES], padding readable
  const float *bias;    // like scale
} umwelt_linear;

// Bytes that umwelt_pack writes for a layer, and that one quantised row takes.
size_t umwelt_packed_bytes(umwelt_isa isa, int32_t inputs, int32_t outputs);
size_t umwelt_row_bytes(umwelt_isa isa, int32_t width);

// weights: int8 [outputs, inputs], each in -127...127.
void umwelt_pack(umwelt_isa isa, int32_t inputs, int32_t outputs, const int8_t *weights,
                 void *packed);

// Rows of floats [rows, width] to int8, each by its own scale s = max|x| / 127:
// q = clamp(round-half-even(x / s), -127, 127).
// quantised: rows * umwelt_row_bytes bytes, 64-byte aligned.
void umwelt_quantise(umwelt_isa isa, int32_t rows, int32_t width, const float *x, void *quantised,
                     float *row_scale);

// output[r, o] = residual[r, o] + act(acc * (row_scale[r] * scale[o]) + bias[o]),
// acc = int32 sum over quantised[r, i] * weights[o, i]. residual may be NULL, or alias output.
void umwelt_gemm(umwelt_isa isa, const umwelt_linear *linear, int32_t rows, const void *quantised,
                 const float *row_scale, bool gelu, const float *residual, float *output);

// y[r, o] = residual[r, o] + act(y[r, o] + bias[o]) in place: the same epilogue for the float path.
void umwelt_epilogue(umwelt_isa isa, int32_t rows, int32_t width, const float *bias, bool gelu,
                     const float *residual, float *y);

// y = (x - mean) / sqrt(variance + epsilon) * gain + bias over each row. x may alias y.
void umwelt_layer_norm(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                       const float *gain, const float *bias, float epsilon, float *y);

// Self-attention of UMWELT_ATTENTION_TOKENS tokens without a mask. qkv: [tokens, 3, heads, head];
// output: [tokens, heads, head]; head <= UMWELT_ATTENTION_HEAD_MAX. Scores are scaled by `scale`.
void umwelt_attention(umwelt_isa isa, int32_t heads, int32_t head, float scale, const float *qkv,
                      float *output);
#endif
