// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "CLinux.h"

static volatile sig_atomic_t end_is_asked = 0;

static void hear(int number) {
  (void)number;
  end_is_asked = 1;
}

int32_t umwelt_lock_memory(void) {
  return mlockall(MCL_CURRENT | MCL_FUTURE) < 0 ? -errno : 0;
}

int32_t umwelt_take_priority(int32_t priority) {
  struct sched_param wanted = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) < 0 ? -errno : 0;
}

void umwelt_hear_end(void) {
  struct sigaction action = {.sa_handler = hear, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
  // Whoever started this may have blocked them, which is inherited.
  sigset_t heard;
  sigemptyset(&heard);
  sigaddset(&heard, SIGINT);
  sigaddset(&heard, SIGTERM);
  sigaddset(&heard, SIGHUP);
  sigprocmask(SIG_UNBLOCK, &heard, NULL);
}

int32_t umwelt_is_end_asked(void) { return end_is_asked; }

void umwelt_tell(const void *bytes, uint64_t count) {
  struct pollfd output = {.fd = STDERR_FILENO, .events = POLLOUT};
  // A pipe that says so has room for PIPE_BUF bytes.
  if (count > PIPE_BUF || poll(&output, 1, 0) <= 0 || !(output.revents & POLLOUT)) return;
  // What cannot be said cannot be complained about either.
  if (write(STDERR_FILENO, bytes, count) < 0) return;
}

int64_t umwelt_wall_s(void) { return (int64_t)time(NULL); }
