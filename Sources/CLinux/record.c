// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CLinux.h"

struct umwelt_record {
  int folder, file;
  uint32_t size;
  char name[NAME_MAX], next[NAME_MAX];
};

// What takes the file's place, with room on the disk.
static int32_t prepare(struct umwelt_record *record) {
  record->file = openat(
      record->folder, record->next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (record->file < 0) return -errno;
  int result = posix_fallocate(record->file, 0, record->size);
  // Some file systems cannot: the write then finds out whether there is room.
  return result == 0 || result == EOPNOTSUPP || result == EINVAL ? 0 : -result;
}

static int32_t open_parts(struct umwelt_record *record, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  char folder[PATH_MAX] = ".";
  size_t length = slash ? (size_t)(slash - path) : 0;
  if (length >= sizeof folder) return -ENAMETOOLONG;
  if (slash) {
    memcpy(folder, path, length);
    folder[length] = 0;
    if (length == 0) strcpy(folder, "/");
  }
  if (*name == 0 || strlen(name) + sizeof ".next" > sizeof record->next) return -EINVAL;
  strcpy(record->name, name);
  snprintf(record->next, sizeof record->next, "%.*s.next", NAME_MAX - 8, name);
  record->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return record->folder < 0 ? -errno : prepare(record);
}

int32_t umwelt_open_record(const char *path, uint32_t size, struct umwelt_record **made) {
  struct umwelt_record *record = calloc(1, sizeof *record);
  if (!record) return -ENOMEM;
  record->folder = record->file = -1;
  record->size = size;
  int32_t result = open_parts(record, path);
  if (result < 0) {
    umwelt_close_record(record);
    return result;
  }
  *made = record;
  return 0;
}

int32_t umwelt_write_record(struct umwelt_record *record, const void *bytes, uint32_t count) {
  int32_t result = record->file < 0 ? prepare(record) : 0;
  if (result < 0) return result;
  if (count > record->size) return -EFBIG;
  if (pwrite(record->file, bytes, count, 0) != (ssize_t)count) return errno ? -errno : -EIO;
  if (ftruncate(record->file, count) < 0 || fdatasync(record->file) < 0) return -errno;
  if (renameat(record->folder, record->next, record->folder, record->name) < 0) return -errno;
  fsync(record->folder);
  close(record->file);
  return prepare(record);
}

void umwelt_close_record(struct umwelt_record *record) {
  if (record->file >= 0) {
    close(record->file);
    unlinkat(record->folder, record->next, 0);
  }
  if (record->folder >= 0) close(record->folder);
  free(record);
}
