// SPDX-License-Identifier: Apache-2.0
// One USB device without endpoints but the control one, shown to an emulator over usb-redir.
#pragma once
#include <stdint.h>

// Answers a control request of the emulator's: the count of bytes read into data or taken from it,
// or -1 for a stall. data holds length bytes at least.
typedef int32_t (*umwelt_usb_control)(
    void *context, uint8_t request_type, uint8_t request, uint16_t value, uint16_t index,
    uint8_t *data, int32_t length);

// Called about every millisecond, and after every request.
typedef void (*umwelt_usb_idle)(void *context);

typedef struct {
  uint16_t vendor, product, version;
} umwelt_usb_identity;

// Serves the device on a connected socket until the other side closes it: 0, or -errno.
int32_t umwelt_usbredir_serve(
    int32_t socket, umwelt_usb_identity identity, umwelt_usb_control control,
    umwelt_usb_idle idle, void *context);
