// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CLinux.h"

// Read and written, not mapped: a page of a mapping that somebody cut off ends whoever touches it
// (SIGBUS), but a read of what is not there any more is only short.

// "UMWLANE" and the layout's version, in front of every lane.
static const uint64_t mark = 0x554D574C414E4501;

struct lane {
  uint64_t mark, pid, words[UMWELT_LANE_WORDS];
};
enum { LANES = 2, HEAD_BYTES = 16 };

static off_t offset(uint32_t lane) { return (off_t)(lane * sizeof(struct lane)); }

static int32_t read_lane(int32_t file, uint32_t lane, struct lane *found) {
  ssize_t count = pread(file, found, sizeof *found, offset(lane));
  if (count < 0) return -errno;
  return count == sizeof *found && found->mark == mark ? 0 : -EPROTO;
}

static int32_t write_lane(int32_t file, uint32_t lane, const struct lane *next, size_t count) {
  ssize_t written = pwrite(file, next, count, offset(lane));
  return written < 0 ? -errno : written == (ssize_t)count ? 0 : -ENOSPC;
}

// A lane has one writer at a time.
static int32_t take(int32_t file, uint32_t lane, int32_t *holder) {
  struct flock range = {
      .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset(lane), .l_len = sizeof(struct lane)};
  if (fcntl(file, F_OFD_SETLK, &range) < 0) {
    struct lane found = {0};
    *holder = read_lane(file, lane, &found) == 0 ? (int32_t)found.pid : 0;
    return errno == EACCES ? -EAGAIN : -errno;
  }
  struct lane head = {.mark = mark, .pid = (uint64_t)getpid()};
  return write_lane(file, lane, &head, HEAD_BYTES);
}

static int32_t make(int32_t file) {
  // For the group as well, whatever the umask: the other side is another user.
  if (fchmod(file, 0660) < 0) return -errno;
  struct lane empty = {.mark = mark};
  for (uint32_t lane = 0; lane < LANES; lane++) {
    int32_t result = write_lane(file, lane, &empty, sizeof empty);
    if (result < 0) return result;
  }
  return 0;
}

// Whether it is a file of this layout, which one of its lanes shows: a file that was cut off is
// whole again in the lanes that were written since.
static int32_t check(int32_t file, int32_t makes) {
  struct stat facts;
  if (fstat(file, &facts) < 0) return -errno;
  if (!S_ISREG(facts.st_mode) || facts.st_size > offset(LANES)) return -EPROTO;
  if (facts.st_size == 0 && makes) return make(file);
  struct lane found;
  for (uint32_t lane = 0; lane < LANES; lane++)
    if (read_lane(file, lane, &found) == 0) return 0;
  return -EPROTO;
}

int32_t umwelt_share(const char *path, int32_t makes, uint32_t lane, int32_t *holder) {
  *holder = 0;
  // A pipe would have it wait.
  int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (makes ? O_CREAT : 0);
  int file = open(path, flags, 0660);
  if (file < 0) return -errno;
  int32_t result = check(file, makes);
  if (result == 0) result = take(file, lane, holder);
  if (result == 0) return file;
  close(file);
  return result;
}

int32_t umwelt_unshare(int32_t file) { return close(file) < 0 ? -errno : 0; }

int32_t umwelt_store_words(int32_t file, uint32_t lane, const uint64_t *words) {
  struct lane next = {.mark = mark, .pid = (uint64_t)getpid()};
  memcpy(next.words, words, sizeof next.words);
  return write_lane(file, lane, &next, sizeof next);
}

int32_t umwelt_load_words(int32_t file, uint32_t lane, uint64_t *words) {
  struct lane found;
  int32_t result = read_lane(file, lane, &found);
  if (result < 0)
    memset(words, 0, sizeof found.words);
  else
    memcpy(words, found.words, sizeof found.words);
  return result;
}
