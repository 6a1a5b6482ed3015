// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "CLinux.h"

int32_t umwelt_notice_open(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length < 2 || (path[0] != '/' && path[0] != '@')) return -EINVAL;
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  // An abstract name begins with NUL, and its length says where it ends (unix(7)).
  if (path[0] == '@') address.sun_path[0] = 0;
  int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0) return -errno;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  if (path[0] == '/') size += 1;
  if (connect(file, (struct sockaddr *)&address, size) == 0) return file;
  int32_t result = -errno;
  close(file);
  return result;
}

int32_t umwelt_notice_send(int32_t file, const void *text, uint64_t length) {
  ssize_t sent;
  do {
    sent = send(file, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : 0;
}
