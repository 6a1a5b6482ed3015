// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "CLinux.h"

int32_t umwelt_open(const struct umwelt_system *system, const char *path, int32_t purpose) {
  int32_t flags = purpose == UMWELT_FOR_READING   ? O_RDONLY
                  : purpose == UMWELT_FOR_WRITING ? O_WRONLY
                                                  : O_RDWR;
  return system->open(system->context, path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

int32_t umwelt_close(const struct umwelt_system *system, int32_t file) {
  return system->close(system->context, file);
}

int64_t umwelt_read(
    const struct umwelt_system *system, int32_t file, void *bytes, uint64_t count) {
  int64_t result = system->read(system->context, file, bytes, count);
  if (result == -EAGAIN) return 0;
  return result == 0 && count > 0 ? -EIO : result;
}

int64_t umwelt_write(
    const struct umwelt_system *system, int32_t file, const void *bytes, uint64_t count) {
  int64_t result = system->write(system->context, file, bytes, count);
  return result == -EAGAIN ? 0 : result;
}

int32_t umwelt_write_number(const struct umwelt_system *system, int32_t file, int64_t number) {
  char text[24];
  int length = snprintf(text, sizeof text, "%lld", (long long)number);
  int64_t result = system->pwrite(system->context, file, text, (uint64_t)length, 0);
  return result < 0 ? (int32_t)result : 0;
}
