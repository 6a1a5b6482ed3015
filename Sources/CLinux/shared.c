// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CLinux.h"

static int32_t map(int file, int32_t makes, uint64_t length, void **memory) {
  struct stat facts;
  if (fstat(file, &facts) < 0) return -errno;
  if (!S_ISREG(facts.st_mode)) return -EPROTO;
  if ((uint64_t)facts.st_size < length) {
    if (!makes) return -EPROTO;
    // For the group as well, whatever the umask: the other side is another user.
    if (ftruncate(file, (off_t)length) < 0 || fchmod(file, 0660) < 0) return -errno;
  }
  *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return *memory == MAP_FAILED ? -errno : 0;
}

int32_t umwelt_share(const char *path, int32_t makes, uint64_t length, void **memory) {
  int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (makes ? O_CREAT : 0), 0660);
  if (file < 0) return -errno;
  int32_t result = map(file, makes, length, memory);
  close(file);
  return result;
}

int32_t umwelt_unshare(void *memory, uint64_t length) {
  return munmap(memory, length) < 0 ? -errno : 0;
}

void umwelt_store_words(void *lane, const uint64_t *words) {
  _Atomic uint64_t *shared = lane;
  for (int i = 0; i < UMWELT_LANE_WORDS; i++)
    atomic_store_explicit(&shared[i], words[i], memory_order_release);
}

void umwelt_load_words(const void *lane, uint64_t *words) {
  const _Atomic uint64_t *shared = lane;
  for (int i = UMWELT_LANE_WORDS - 1; i >= 0; i--)
    words[i] = atomic_load_explicit(&shared[i], memory_order_acquire);
}
