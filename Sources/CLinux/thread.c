// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "CLinux.h"

// The highest nice value, which is the least weight (setpriority(2)).
enum { LEAST_WEIGHT = 19 };
// mlockall(2); older headers do not have it.
#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

int32_t umwelt_lend_priority(int32_t priority) {
  struct sched_param wanted = {.sched_priority = priority};
  return sched_setscheduler(0, priority > 0 ? SCHED_FIFO : SCHED_OTHER, &wanted) < 0 ? -errno : 0;
}

int32_t umwelt_thread_step_back(void) {
  int32_t result = 0;
  struct sched_param ordinary = {.sched_priority = 0};
  if (sched_setscheduler(0, SCHED_OTHER, &ordinary) < 0) result = -errno;
  // Linux has one nice value a thread, which "who" 0 names (setpriority(2), "C library/kernel
  // differences").
  if (setpriority(PRIO_PROCESS, 0, LEAST_WEIGHT) < 0) result = -errno;
  return result;
}

void umwelt_thread_name(const char *name) { prctl(PR_SET_NAME, name); }

void umwelt_thread_prepare(uint64_t stack_bytes) {
  sigset_t all;
  sigfillset(&all);
  // What the thread itself does wrong must still end the process.
  static const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&all, own[i]);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  volatile uint8_t *stack = __builtin_alloca(stack_bytes);
  for (uint64_t at = 0; at < stack_bytes; at += 4096) stack[at] = 0;
}

int32_t umwelt_lock_used_memory(void) {
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0 ? -errno : 0;
}
