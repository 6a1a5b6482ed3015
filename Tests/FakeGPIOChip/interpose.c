// SPDX-License-Identifier: Apache-2.0
// Stands in for glibc's open, ioctl, access and realpath in the process that links this.
#define _GNU_SOURCE
#include "interpose.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

// What a fake chip's file is: a link to /dev/null, character device 1:3.
static const char device_number[] = "1:3\n";

// libgpiod 1.6 compares a chip's number with this file; it is there for any chip.
static int is_number_file(const char *path) {
  static const char folder[] = "/sys/bus/gpio/devices/";
  return strncmp(path, folder, sizeof folder - 1) == 0 && strstr(path, "/dev") != NULL;
}

static int open_number_file(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  if (write(ends[1], device_number, sizeof device_number - 1) < 0) return -1;
  close(ends[1]);
  return ends[0];
}

// The C library's own function of a name; two threads that look for it at once find the same.
static void *behind(_Atomic(void *) *known, const char *name) {
  void *found = atomic_load_explicit(known, memory_order_relaxed);
  if (found == NULL) {
    found = dlsym(RTLD_NEXT, name);
    atomic_store_explicit(known, found, memory_order_relaxed);
  }
  return found;
}

// The tests of a kernel's own drivers ask the kernel.
static int has_real_chips(void) { return getenv("UMWELT_KERNEL_DRIVERS") != NULL; }

int open(const char *path, int flags, ...) {
  static _Atomic(void *) known;
  int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))behind(&known, "open");
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if (has_real_chips()) return real(path, flags, mode);
  if (is_number_file(path)) return open_number_file();
  int chip = fake_chip_at(path);
  if (chip >= 0 && fake_chip_is_forbidden(chip)) {
    errno = EACCES;
    return -1;
  }
  int file = real(path, flags, mode);
  if (chip >= 0 && file >= 0) fake_chip_opened(file, chip, -1);
  return file;
}

int ioctl(int file, unsigned long request, ...) {
  static _Atomic(void *) known;
  int (*real)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))behind(&known, "ioctl");
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  // The kernel looks at 32 bits; a request that was kept in an int comes with others above them.
  request &= 0xFFFFFFFF;
  // 0xB4 is GPIO's and nobody else's (Documentation/userspace-api/ioctl/ioctl-number.rst).
  if (_IOC_TYPE(request) == 0xB4 && !has_real_chips()) return fake_gpio_ioctl(file, request, argument);
  return real(file, request, argument);
}

int access(const char *path, int kind) {
  static _Atomic(void *) known;
  int (*real)(const char *, int) = (int (*)(const char *, int))behind(&known, "access");
  return is_number_file(path) && !has_real_chips() ? 0 : real(path, kind);
}

// libgpiod 2 asks sysfs whether the device with the chip's number is of the GPIO bus.
char *realpath(const char *path, char *resolved) {
  static _Atomic(void *) known;
  char *(*real)(const char *, char *) =
      (char *(*)(const char *, char *))behind(&known, "realpath");
  if (strcmp(path, "/sys/dev/char/1:3/subsystem") != 0) return real(path, resolved);
  if (resolved == NULL) return strdup("/sys/bus/gpio");
  return strcpy(resolved, "/sys/bus/gpio");
}
