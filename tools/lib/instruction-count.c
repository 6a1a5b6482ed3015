// SPDX-License-Identifier: Apache-2.0
// A plugin of QEMU 7.2's qemu-aarch64 that counts the instructions a program executes, by class.
// tools/count builds and loads it. With one thread the counts are exact; threads share the
// counters without a lock, so with more they may miss some.
//
// The plugin interface is QEMU's version 1 (docs/devel/tcg-plugins in its sources). Debian ships
// no header for it, so the part that is used is declared here.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_tb_trans_cb(
  qemu_plugin_id_t id, void (*translated)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_inline(
  struct qemu_plugin_insn *instruction, enum qemu_plugin_op op, void *counter, uint64_t amount);
void qemu_plugin_register_atexit_cb(
  qemu_plugin_id_t id, void (*ended)(qemu_plugin_id_t, void *), void *context);

#define EXPORTED __attribute__((visibility("default")))
EXPORTED int qemu_plugin_version = 1;

enum class {
  dot_product,
  matrix_multiply,
  widening_multiply,
  pairwise_widening_add,
  fused_multiply_add,
  other_simd_fp,
  load_store,
  other,
  class_count
};

static const char *const class_names[class_count] = {
  "dot_product",        "matrix_multiply", "widening_multiply", "pairwise_widening_add",
  "fused_multiply_add", "other_simd_fp",   "load_store",        "other",
};

// Source: Arm Architecture Reference Manual for A-profile, C4.1 "A64 instruction set encoding",
// data processing (scalar floating-point and advanced SIMD). The first row that fits counts.
static const struct {
  uint32_t mask, bits;
  enum class class;
} encodings[] = {
  {0x9fe0fc00, 0x0e809400, dot_product},            // SDOT, UDOT
  {0xbfe0fc00, 0x0e809c00, dot_product},            // USDOT
  {0x9fc0f400, 0x0f80e000, dot_product},            // SDOT, UDOT by element
  {0xbf40f400, 0x0f00f000, dot_product},            // SUDOT, USDOT by element
  {0xdfe0fc00, 0x4e80a400, matrix_multiply},        // SMMLA, UMMLA
  {0xffe0fc00, 0x4e80ac00, matrix_multiply},        // USMMLA
  {0x9f20fc00, 0x0e208000, widening_multiply},      // SMLAL, UMLAL and their high halves
  {0x9f20fc00, 0x0e20a000, widening_multiply},      // SMLSL, UMLSL
  {0x9f20fc00, 0x0e20c000, widening_multiply},      // SMULL, UMULL
  {0x9f00b400, 0x0f002000, widening_multiply},      // SMLAL, UMLAL, SMLSL, UMLSL by element
  {0x9f00f400, 0x0f00a000, widening_multiply},      // SMULL, UMULL by element
  {0x9f3fbc00, 0x0e202800, pairwise_widening_add},  // SADDLP, UADDLP, SADALP, UADALP
  {0xbf20fc00, 0x0e20cc00, fused_multiply_add},     // FMLA, FMLS
  {0xbf60fc00, 0x0e400c00, fused_multiply_add},     // FMLA, FMLS of half precision
  {0xbf80b400, 0x0f801000, fused_multiply_add},     // FMLA, FMLS by element
  {0xbfc0b400, 0x0f001000, fused_multiply_add},     // the same of half precision
  {0xff80b400, 0x5f801000, fused_multiply_add},     // the same, scalar
  {0xffc0b400, 0x5f001000, fused_multiply_add},     // the same, scalar of half precision
  {0xff000000, 0x1f000000, fused_multiply_add},     // FMADD, FMSUB, FNMADD, FNMSUB
  {0x0e000000, 0x0e000000, other_simd_fp},          // the rest of that group
  {0x0a000000, 0x08000000, load_store},             // all loads and stores but SVE's
};

static uint64_t counts[class_count];
static char output_path[4096];

static enum class class_of(uint32_t instruction) {
  for (size_t row = 0; row < sizeof encodings / sizeof *encodings; row++)
    if ((instruction & encodings[row].mask) == encodings[row].bits) return encodings[row].class;
  return other;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t index = 0; index < count; index++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, index);
    uint32_t word;
    memcpy(&word, qemu_plugin_insn_data(instruction), sizeof word);
    qemu_plugin_register_vcpu_insn_exec_inline(
      instruction, QEMU_PLUGIN_INLINE_ADD_U64, &counts[class_of(word)], 1);
  }
}

static void ended(qemu_plugin_id_t id, void *context) {
  (void)id, (void)context;
  FILE *output = fopen(output_path, "w");
  if (!output) {
    perror(output_path);
    return;
  }
  uint64_t all = 0;
  for (int class = 0; class < class_count; class++) {
    fprintf(output, "%s %llu\n", class_names[class], (unsigned long long)counts[class]);
    all += counts[class];
  }
  fprintf(output, "all %llu\n", (unsigned long long)all);
  fclose(output);
}

// Its one argument is out=PATH, the file that gets a line `CLASS COUNT` for each class at exit.
EXPORTED int qemu_plugin_install(
  qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv) {
  (void)info;
  if (argc != 1 || strncmp(argv[0], "out=", 4) != 0 || strlen(argv[0] + 4) >= sizeof output_path) {
    fputs("instruction-count: its argument is out=PATH\n", stderr);
    return -1;
  }
  strcpy(output_path, argv[0] + 4);
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, ended, NULL);
  return 0;
}
