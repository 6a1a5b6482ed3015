// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

// libi2c's header wants the kernel's.
#include <linux/i2c.h>
#include <i2c/smbus.h>

#include "CLinux.h"

// Repeats a call while signals interrupt it; its result with -errno for -1.
#define PERSIST(call)                                  \
  ({                                                   \
    __typeof__(call) result_;                          \
    do { result_ = (call); } while (result_ == -1 && errno == EINTR); \
    result_ == -1 ? (__typeof__(result_))-errno : result_; \
  })

static int32_t do_open(void *context, const char *path, int32_t flags) {
  (void)context;
  return PERSIST(open(path, flags));
}

// Not repeated: Linux has closed the file even when it says EINTR.
static int32_t do_close(void *context, int32_t file) {
  (void)context;
  return close(file) == 0 || errno == EINTR ? 0 : -errno;
}

static int32_t do_ioctl(void *context, int32_t file, uint64_t request, void *argument) {
  (void)context;
  return PERSIST(ioctl(file, (unsigned long)request, argument));
}

static int64_t do_read(void *context, int32_t file, void *bytes, uint64_t count) {
  (void)context;
  return PERSIST(read(file, bytes, count));
}

static int64_t do_write(void *context, int32_t file, const void *bytes, uint64_t count) {
  (void)context;
  return PERSIST(write(file, bytes, count));
}

static int64_t do_pwrite(
    void *context, int32_t file, const void *bytes, uint64_t count, uint64_t offset) {
  (void)context;
  return PERSIST(pwrite(file, bytes, count, (off_t)offset));
}

static int32_t do_map(
    void *context, int32_t file, uint64_t length, uint64_t offset, void **memory) {
  (void)context;
  *memory = mmap(NULL, length, PROT_READ, MAP_SHARED, file, (off_t)offset);
  return *memory == MAP_FAILED ? -errno : 0;
}

static int32_t do_unmap(void *context, void *memory, uint64_t length) {
  (void)context;
  return munmap(memory, length) == 0 ? 0 : -errno;
}

static int32_t do_read_smbus_byte(void *context, int32_t file) {
  (void)context;
  return i2c_smbus_read_byte(file);  // has -errno itself
}

static const struct umwelt_system real = {
    .context = NULL,
    .open = do_open,
    .close = do_close,
    .ioctl = do_ioctl,
    .read = do_read,
    .write = do_write,
    .pwrite = do_pwrite,
    .map = do_map,
    .unmap = do_unmap,
    .read_smbus_byte = do_read_smbus_byte,
};

const struct umwelt_system *umwelt_linux(void) { return &real; }
