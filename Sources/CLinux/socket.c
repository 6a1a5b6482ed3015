// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "CLinux.h"

static int32_t address_of(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address->sun_path) return -ENAMETOOLONG;
  memcpy(address->sun_path, path, length);
  return 0;
}

// The file, or what `result` says, with the file closed.
static int32_t file_or(int file, int result) {
  if (result == 0) return file;
  int32_t error = -errno;
  close(file);
  return error;
}

static int32_t connect_as(int type, const char *path) {
  struct sockaddr_un address;
  int32_t result = address_of(path, &address);
  if (result < 0) return result;
  int file = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (file < 0) return -errno;
  struct timeval patience = {.tv_sec = 1};
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return file_or(file, connect(file, (struct sockaddr *)&address, sizeof address));
}

int32_t umwelt_connect(const char *path) { return connect_as(SOCK_SEQPACKET, path); }

int32_t umwelt_connect_stream(const char *path) {
  int32_t file = connect_as(SOCK_STREAM, path);
  if (file < 0) return file;
  return file_or(file, fcntl(file, F_SETFL, O_NONBLOCK) < 0 ? -1 : 0);
}

static int32_t listen_as(int type, mode_t others, const char *path) {
  struct sockaddr_un address;
  int32_t result = address_of(path, &address);
  if (result < 0) return result;
  struct stat facts;
  if (lstat(path, &facts) == 0) {
    if (!S_ISSOCK(facts.st_mode)) return -EEXIST;
    int32_t other = connect_as(type, path);
    if (other >= 0) {
      close(other);
      return -EADDRINUSE;
    }
    unlink(path);
  }
  int file = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0) return -errno;
  mode_t mask = umask(others);
  int bound = bind(file, (struct sockaddr *)&address, sizeof address);
  umask(mask);
  if (bound == 0) bound = listen(file, UMWELT_MOST_WAITED);
  return file_or(file, bound);
}

// For this user alone.
int32_t umwelt_listen(const char *path) { return listen_as(SOCK_SEQPACKET, 0177, path); }

// For this user and its group: who may use the console need not be who runs the robot.
int32_t umwelt_listen_stream(const char *path) { return listen_as(SOCK_STREAM, 0117, path); }

int32_t umwelt_accept(int32_t file) {
  int accepted = accept4(file, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return accepted < 0 ? -errno : accepted;
}

int64_t umwelt_send(int32_t file, const void *bytes, uint64_t count) {
  int64_t sent;
  do { sent = send(file, bytes, count, MSG_NOSIGNAL); } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

int64_t umwelt_receive(int32_t file, void *bytes, uint64_t count) {
  int64_t got;
  // MSG_TRUNC: the packet's length, also when it was cut.
  do { got = recv(file, bytes, count, MSG_TRUNC); } while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  if (got == 0) return -ECONNRESET;
  return (uint64_t)got > count ? -EMSGSIZE : got;
}

int32_t umwelt_wait(
    const int32_t *files, uint32_t count, int32_t milliseconds, uint8_t *is_ready) {
  if (count > UMWELT_MOST_WAITED) return -EINVAL;
  struct pollfd waited[UMWELT_MOST_WAITED];
  for (uint32_t i = 0; i < count; i++)
    waited[i] = (struct pollfd){.fd = files[i], .events = POLLIN};
  int result = poll(waited, count, milliseconds);
  for (uint32_t i = 0; i < count; i++) is_ready[i] = result > 0 && waited[i].revents != 0;
  return result < 0 && errno != EINTR ? -errno : 0;
}

int32_t umwelt_hang_up(int32_t file) { return close(file) < 0 ? -errno : 0; }
