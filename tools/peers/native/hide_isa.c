// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD library: answers CPUID without the instruction sets above HIDE_ISA_TIER (avx512vnni,
// avx2vnni or avx2), so that a program picks the kernels it would pick on a smaller processor.
//
// The program runs on copies of its libraries in which hide_cpuid.py has replaced CPUID, 0F A2,
// by 27 A2: DAA does not exist in 64-bit mode and no compiler emits it, so that a SIGILL on it can
// only be ours. (CPUID faulting, ARCH_SET_CPUID, would need no copies; AMD and most virtual
// machines lack it.)
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef ARCH_REQ_XCOMP_PERM
#define ARCH_REQ_XCOMP_PERM 0x1023  // asks for the AMX tile registers
#endif

enum tier { AVX2, AVX2VNNI, AVX512VNNI };
struct leaf {
  unsigned eax, ebx, ecx, edx;
};

static enum tier tier;
static int answered;

// How many times CPUID was answered here: 0 says that nothing was hidden.
__attribute__((visibility("default"))) int hide_isa_answered(void) { return answered; }

static unsigned bit(int index) { return 1u << index; }

// Leaf 7: Intel SDM volume 2A, CPUID, "Structured Extended Feature Flags".
static void hide_leaf_7_0(struct leaf *leaf) {
  leaf->edx &= ~(bit(22) | bit(24) | bit(25));  // AMX-BF16, AMX-TILE, AMX-INT8
  if (tier >= AVX512VNNI) return;
  // AVX512 F, DQ, IFMA, PF, ER, CD, BW, VL
  leaf->ebx &= ~(bit(16) | bit(17) | bit(21) | bit(26) | bit(27) | bit(28) | bit(30) | bit(31));
  // AVX512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ
  leaf->ecx &= ~(bit(1) | bit(6) | bit(11) | bit(12) | bit(14));
  // AVX512 4VNNIW, 4FMAPS, VP2INTERSECT, FP16
  leaf->edx &= ~(bit(2) | bit(3) | bit(8) | bit(23));
}

static void hide_leaf_7_1(struct leaf *leaf) {
  leaf->eax &= ~bit(21);             // AMX-FP16
  leaf->edx &= ~(bit(8) | bit(19));  // AMX-COMPLEX, AVX10
  if (tier >= AVX512VNNI) return;
  leaf->eax &= ~bit(5);              // AVX512-BF16
  leaf->edx &= ~(bit(4) | bit(10));  // AVX-VNNI-INT8, AVX-VNNI-INT16
  if (tier < AVX2VNNI) leaf->eax &= ~bit(4);  // AVX-VNNI
}

static struct leaf answer(unsigned function, unsigned index) {
  struct leaf leaf;
  __cpuid_count(function, index, leaf.eax, leaf.ebx, leaf.ecx, leaf.edx);
  if (function == 7 && index == 0) hide_leaf_7_0(&leaf);
  if (function == 7 && index == 1) hide_leaf_7_1(&leaf);
  ++answered;
  return leaf;
}

static void trapped(int signal_number, siginfo_t *information, void *user_context) {
  (void)information;
  greg_t *registers = ((ucontext_t *)user_context)->uc_mcontext.gregs;
  const unsigned char *at = (const unsigned char *)registers[REG_RIP];
  if (at[0] != 0x27 || at[1] != 0xa2) {
    signal(signal_number, SIG_DFL);  // not ours: the instruction faults again and ends the process
    return;
  }
  const struct leaf leaf = answer((unsigned)registers[REG_RAX], (unsigned)registers[REG_RCX]);
  registers[REG_RAX] = leaf.eax;
  registers[REG_RBX] = leaf.ebx;
  registers[REG_RCX] = leaf.ecx;
  registers[REG_RDX] = leaf.edx;
  registers[REG_RIP] += 2;
}

// oneDNN asks the kernel for AMX tiles whatever CPUID says: refuse.
static void deny_tiles(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_arch_prctl, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH_REQ_XCOMP_PERM, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
    perror("hide_isa: AMX tiles stay available");
}

__attribute__((constructor)) static void hide_isa(void) {
  const char *name = getenv("HIDE_ISA_TIER");
  if (!name) return;
  if (strcmp(name, "avx512vnni") == 0) {
    tier = AVX512VNNI;
  } else if (strcmp(name, "avx2vnni") == 0) {
    tier = AVX2VNNI;
  } else if (strcmp(name, "avx2") == 0) {
    tier = AVX2;
  } else {
    fprintf(stderr, "hide_isa: HIDE_ISA_TIER=%s is no tier\n", name);
    _exit(2);
  }
  struct sigaction action = {.sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGILL, &action, NULL);
  deny_tiles();
}
