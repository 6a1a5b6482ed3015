// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "SyscallCount.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITISED 1
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(SANITISED)
// linux/prctl.h; older headers do not have them.
enum { SET_DISPATCH = 59, DISPATCH_OFF = 0, DISPATCH_ON = 1 };
enum { ALLOW = 0, BLOCK = 1 };
// The SYSCALL instruction: 0F 05.
enum { INSTRUCTION_BYTES = 2 };

static __thread volatile char selector;
static __thread volatile int64_t caught;

static void note(int signal, siginfo_t *info, void *context) {
  (void)signal;
  selector = ALLOW;
  caught = info->si_syscall;
  // The kernel has put the registers back as they were before: the call is made once more.
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] -= INSTRUCTION_BYTES;
}

bool umwelt_syscall_trap_works(void) {
  if (prctl(SET_DISPATCH, DISPATCH_ON, 0, 0, &selector) != 0) return false;
  return prctl(SET_DISPATCH, DISPATCH_OFF, 0, 0, 0) == 0;
}

void umwelt_syscall_trap_set(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  sigaction(SIGSYS, &action, NULL);
  caught = -1;
  selector = ALLOW;
  prctl(SET_DISPATCH, DISPATCH_ON, 0, 0, &selector);
  selector = BLOCK;
}

int64_t umwelt_syscall_trap_end(void) {
  selector = ALLOW;
  prctl(SET_DISPATCH, DISPATCH_OFF, 0, 0, 0);
  return caught;
}
#else
bool umwelt_syscall_trap_works(void) { return false; }
void umwelt_syscall_trap_set(void) {}
int64_t umwelt_syscall_trap_end(void) { return -1; }
#endif
