// SPDX-License-Identifier: Apache-2.0
#include "CUSBRedir.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <usbredirparser.h>

typedef struct {
  int socket;
  struct usbredirparser *parser;
  umwelt_usb_control control;
  umwelt_usb_idle idle;
  void *context;
  bool is_shaken;  // the other side said hello
} device;

static void log_line(void *self, int level, const char *line) {
  (void)self;
  if (level <= usbredirparser_warning) fprintf(stderr, "usb-redir: %s\n", line);
}

static int read_some(void *self, uint8_t *bytes, int count) {
  ssize_t got = read(((device *)self)->socket, bytes, count);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  return got > 0 ? (int)got : -1;
}

static int write_some(void *self, uint8_t *bytes, int count) {
  ssize_t sent = write(((device *)self)->socket, bytes, count);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  return (int)sent;
}

static void on_hello(void *self, struct usb_redir_hello_header *hello) {
  (void)hello;
  ((device *)self)->is_shaken = true;
}

static void on_reset(void *self) { (void)self; }

static void on_set_configuration(
    void *self, uint64_t id, struct usb_redir_set_configuration_header *wanted) {
  struct usb_redir_configuration_status_header status = {
      usb_redir_success, wanted->configuration};
  usbredirparser_send_configuration_status(((device *)self)->parser, id, &status);
}

static void on_get_configuration(void *self, uint64_t id) {
  struct usb_redir_configuration_status_header status = {usb_redir_success, 1};
  usbredirparser_send_configuration_status(((device *)self)->parser, id, &status);
}

static void on_set_alt(void *self, uint64_t id, struct usb_redir_set_alt_setting_header *wanted) {
  struct usb_redir_alt_setting_status_header status = {
      usb_redir_success, wanted->interface, wanted->alt};
  usbredirparser_send_alt_setting_status(((device *)self)->parser, id, &status);
}

static void on_get_alt(void *self, uint64_t id, struct usb_redir_get_alt_setting_header *wanted) {
  struct usb_redir_alt_setting_status_header status = {usb_redir_success, wanted->interface, 0};
  usbredirparser_send_alt_setting_status(((device *)self)->parser, id, &status);
}

static void on_cancel(void *self, uint64_t id) { (void)self, (void)id; }

static void on_filter_reject(void *self) { (void)self; }

static void on_filter(void *self, struct usbredirfilter_rule *rules, int count) {
  (void)self, (void)count;
  free(rules);
}

static void on_control(
    void *self, uint64_t id, struct usb_redir_control_packet_header *packet, uint8_t *data,
    int count) {
  device *it = self;
  static uint8_t answer[1 << 16];  // a request's length has 16 bits
  bool is_in = packet->endpoint & 0x80;
  int32_t done = it->control(
      it->context, packet->requesttype, packet->request, packet->value, packet->index,
      is_in ? answer : data, is_in ? packet->length : count);
  packet->status = done < 0 ? usb_redir_stall : usb_redir_success;
  packet->length = done < 0 ? 0 : done;
  bool has_answer = is_in && done > 0;
  usbredirparser_send_control_packet(
      it->parser, id, packet, has_answer ? answer : NULL, has_answer ? done : 0);
  if (data != NULL) usbredirparser_free_packet_data(it->parser, data);
}

static void set_callbacks(struct usbredirparser *parser, device *self) {
  parser->priv = self;
  parser->log_func = log_line;
  parser->read_func = read_some;
  parser->write_func = write_some;
  parser->hello_func = on_hello;
  parser->reset_func = on_reset;
  parser->set_configuration_func = on_set_configuration;
  parser->get_configuration_func = on_get_configuration;
  parser->set_alt_setting_func = on_set_alt;
  parser->get_alt_setting_func = on_get_alt;
  parser->control_packet_func = on_control;
  parser->cancel_data_packet_func = on_cancel;
  parser->filter_reject_func = on_filter_reject;
  parser->filter_filter_func = on_filter;
}

// One interface of the vendor's class (0xFF) and endpoint 0 of 8 bytes, at full speed.
static void plug_in(struct usbredirparser *parser, umwelt_usb_identity identity) {
  struct usb_redir_interface_info_header interfaces = {.interface_count = 1};
  interfaces.interface_class[0] = 0xFF;
  struct usb_redir_ep_info_header endpoints;
  memset(&endpoints, 0, sizeof endpoints);
  memset(endpoints.type, usb_redir_type_invalid, sizeof endpoints.type);
  endpoints.type[0] = endpoints.type[16] = usb_redir_type_control;
  endpoints.max_packet_size[0] = endpoints.max_packet_size[16] = 8;
  struct usb_redir_device_connect_header connect = {
      .speed = usb_redir_speed_full,
      .device_class = 0xFF,
      .vendor_id = identity.vendor,
      .product_id = identity.product,
      .device_version_bcd = identity.version};
  usbredirparser_send_interface_info(parser, &interfaces);
  usbredirparser_send_ep_info(parser, &endpoints);
  usbredirparser_send_device_connect(parser, &connect);
}

static int32_t serve(device *self, umwelt_usb_identity identity) {
  bool is_plugged = false;
  for (;;) {
    while (usbredirparser_has_data_to_write(self->parser)) {
      if (usbredirparser_do_write(self->parser) < 0) return 0;
    }
    struct pollfd wait = {self->socket, POLLIN, 0};
    if (poll(&wait, 1, 1) < 0 && errno != EINTR) return -errno;
    self->idle(self->context);
    if (wait.revents != 0 && usbredirparser_do_read(self->parser) != 0) return 0;
    if (self->is_shaken && !is_plugged) {
      plug_in(self->parser, identity);
      is_plugged = true;
    }
  }
}

int32_t umwelt_usbredir_serve(
    int32_t socket, umwelt_usb_identity identity, umwelt_usb_control control,
    umwelt_usb_idle idle, void *context) {
  if (fcntl(socket, F_SETFL, O_NONBLOCK) < 0) return -errno;
  device self = {socket, usbredirparser_create(), control, idle, context, false};
  if (self.parser == NULL) return -ENOMEM;
  set_callbacks(self.parser, &self);
  uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
  usbredirparser_caps_set_cap(caps, usb_redir_cap_connect_device_version);
  usbredirparser_caps_set_cap(caps, usb_redir_cap_ep_info_max_packet_size);
  usbredirparser_caps_set_cap(caps, usb_redir_cap_64bits_ids);
  usbredirparser_caps_set_cap(caps, usb_redir_cap_32bits_bulk_length);
  usbredirparser_init(
      self.parser, "umwelt hardware-rig", caps, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
  int32_t result = serve(&self, identity);
  usbredirparser_destroy(self.parser);
  return result;
}
