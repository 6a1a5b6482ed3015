// SPDX-License-Identifier: Apache-2.0
// Streaming with V4L2's memory-mapped buffers.
#include <errno.h>
#include <linux/videodev2.h>
#include <string.h>

#include "CLinux.h"

static struct v4l2_buffer buffer_at(uint32_t index) {
  struct v4l2_buffer buffer;
  memset(&buffer, 0, sizeof buffer);
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return buffer;
}

int32_t umwelt_camera_set_buffers(
    const struct umwelt_system *system, int32_t file, uint32_t *count) {
  struct v4l2_requestbuffers request;
  memset(&request, 0, sizeof request);
  request.count = *count;
  request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  request.memory = V4L2_MEMORY_MMAP;
  int32_t result = system->ioctl(system->context, file, VIDIOC_REQBUFS, &request);
  if (result < 0) return result;
  *count = request.count;
  return 0;
}

int32_t umwelt_camera_map(
    const struct umwelt_system *system, int32_t file, uint32_t index, void **memory,
    uint64_t *length) {
  struct v4l2_buffer buffer = buffer_at(index);
  int32_t result = system->ioctl(system->context, file, VIDIOC_QUERYBUF, &buffer);
  if (result < 0) return result;
  *length = buffer.length;
  return system->map(system->context, file, buffer.length, buffer.m.offset, memory);
}

int32_t umwelt_camera_unmap(const struct umwelt_system *system, void *memory, uint64_t length) {
  return system->unmap(system->context, memory, length);
}

int32_t umwelt_camera_stream(const struct umwelt_system *system, int32_t file, int32_t is_on) {
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  uint64_t request = is_on ? VIDIOC_STREAMON : VIDIOC_STREAMOFF;
  int32_t result = system->ioctl(system->context, file, request, &type);
  return result < 0 ? result : 0;
}

int32_t umwelt_camera_give(const struct umwelt_system *system, int32_t file, uint32_t index) {
  struct v4l2_buffer buffer = buffer_at(index);
  int32_t result = system->ioctl(system->context, file, VIDIOC_QBUF, &buffer);
  return result < 0 ? result : 0;
}

int32_t umwelt_camera_take(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_buffer *taken) {
  struct v4l2_buffer buffer = buffer_at(0);
  int32_t result = system->ioctl(system->context, file, VIDIOC_DQBUF, &buffer);
  if (result == -EAGAIN) return 0;
  if (result < 0) return result;
  uint32_t clock = buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK;
  *taken = (struct umwelt_camera_buffer){
      .index = buffer.index,
      .used_bytes = buffer.bytesused,
      .sequence = buffer.sequence,
      .flags = (clock == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC ? UMWELT_TIME_IS_MONOTONIC : 0) |
               ((buffer.flags & V4L2_BUF_FLAG_ERROR) ? UMWELT_FRAME_IS_DAMAGED : 0),
      .time_ns = (int64_t)buffer.timestamp.tv_sec * 1000000000 +
                 (int64_t)buffer.timestamp.tv_usec * 1000,
  };
  return 1;
}
