// SPDX-License-Identifier: Apache-2.0
// The kernel's own termios2, not the C library's termios: only it takes any number as a rate.
#include <asm/termbits.h>
#include <errno.h>
#include <linux/serial.h>
#include <string.h>
#include <sys/ioctl.h>

#include "CLinux.h"

// Receivers sample ten bits; a clock 2 % off still hits the last one (half of it is 5 %, shared by
// both ends).
enum { RATE_TOLERANCE_PERCENT = 2 };

static int32_t is_near(uint32_t actual, uint32_t wanted) {
  uint64_t difference = actual > wanted ? actual - wanted : wanted - actual;
  return difference * 100 <= (uint64_t)wanted * RATE_TOLERANCE_PERCENT;
}

// Many adapters hold bytes back for up to 16 ms; those that can do otherwise are asked to.
static void ask_for_low_latency(const struct umwelt_system *system, int32_t file) {
  struct serial_struct settings;
  memset(&settings, 0, sizeof settings);
  if (system->ioctl(system->context, file, TIOCGSERIAL, &settings) < 0) return;
  settings.flags |= ASYNC_LOW_LATENCY;
  system->ioctl(system->context, file, TIOCSSERIAL, &settings);
}

int32_t umwelt_serial_start(
    const struct umwelt_system *system, int32_t file, uint32_t baud, uint32_t *actual_baud) {
  struct termios2 settings;
  memset(&settings, 0, sizeof settings);
  int32_t result = system->ioctl(system->context, file, TIOCEXCL, NULL);
  if (result < 0) return result;
  result = system->ioctl(system->context, file, TCGETS2, &settings);
  if (result < 0) return result;
  settings.c_iflag = 0;
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  settings.c_cflag = CS8 | CREAD | CLOCAL | BOTHER;  // and no input rate of its own: B0
  settings.c_ispeed = settings.c_ospeed = baud;
  // With a minimum of 1 a read that finds nothing says EAGAIN, and 0 means hung up (n_tty.c).
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  result = system->ioctl(system->context, file, TCSETS2, &settings);
  if (result < 0) return result;
  result = system->ioctl(system->context, file, TCGETS2, &settings);
  if (result < 0) return result;
  *actual_baud = settings.c_ospeed;
  if (!is_near(settings.c_ospeed, baud)) return -EINVAL;
  ask_for_low_latency(system, file);
  // A queue selector, passed as a number.
  return system->ioctl(system->context, file, TCFLSH, (void *)(uintptr_t)TCIOFLUSH);
}

int32_t umwelt_serial_pending(
    const struct umwelt_system *system, int32_t file, uint32_t *count) {
  int bytes = 0;
  int32_t result = system->ioctl(system->context, file, TIOCOUTQ, &bytes);
  if (result < 0) return result;
  *count = bytes > 0 ? (uint32_t)bytes : 0;
  return 0;
}
