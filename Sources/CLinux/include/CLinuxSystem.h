// SPDX-License-Identifier: Apache-2.0
// What of the system CLinux's verbs use, as a table: tests play the kernel with one of their own.
#ifndef UMWELT_CLINUX_SYSTEM_H
#define UMWELT_CLINUX_SYSTEM_H

#include <stdint.h>

// Each returns what the system call of that name does, with -errno in place of -1. Interrupted
// calls are repeated by the functions of the real table.
struct umwelt_system {
  void *context;
  int32_t (*open)(void *context, const char *path, int32_t flags);
  int32_t (*close)(void *context, int32_t file);
  int32_t (*ioctl)(void *context, int32_t file, uint64_t request, void *argument);
  int64_t (*read)(void *context, int32_t file, void *bytes, uint64_t count);
  int64_t (*write)(void *context, int32_t file, const void *bytes, uint64_t count);
  int64_t (*pwrite)(
      void *context, int32_t file, const void *bytes, uint64_t count, uint64_t offset);
  // Shared memory of a device, for reading.
  int32_t (*map)(void *context, int32_t file, uint64_t length, uint64_t offset, void **memory);
  int32_t (*unmap)(void *context, void *memory, uint64_t length);
  // libi2c's i2c_smbus_read_byte.
  int32_t (*read_smbus_byte)(void *context, int32_t file);
};

// Linux itself. Lives for ever.
const struct umwelt_system *umwelt_linux(void);

#endif
