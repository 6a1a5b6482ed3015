// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>

#include "CLinux.h"

int32_t umwelt_i2c_abilities(
    const struct umwelt_system *system, int32_t file, uint32_t *abilities) {
  unsigned long functions = 0;
  int32_t result = system->ioctl(system->context, file, I2C_FUNCS, &functions);
  if (result < 0) return result;
  *abilities = ((functions & I2C_FUNC_I2C) ? UMWELT_I2C_PLAIN : 0) |
               ((functions & I2C_FUNC_SMBUS_READ_BYTE) ? UMWELT_I2C_READ_BYTE : 0);
  return 0;
}

// These two ioctls take a number where others take a pointer.
static void *as_argument(uint32_t number) { return (void *)(uintptr_t)number; }

int32_t umwelt_i2c_set_timeout(
    const struct umwelt_system *system, int32_t file, uint32_t milliseconds) {
  uint32_t steps = milliseconds / 10 + (milliseconds % 10 != 0);
  return system->ioctl(system->context, file, I2C_TIMEOUT, as_argument(steps));
}

int32_t umwelt_i2c_transfer(
    const struct umwelt_system *system, int32_t file, const struct umwelt_i2c_message *messages,
    uint32_t count) {
  if (count == 0 || count > UMWELT_I2C_MAX_MESSAGES) return -EINVAL;
  struct i2c_msg list[I2C_RDWR_IOCTL_MAX_MSGS];
  for (uint32_t i = 0; i < count; i++) {
    list[i] = (struct i2c_msg){
        .addr = messages[i].address,
        .flags = messages[i].is_read ? I2C_M_RD : 0,
        .len = messages[i].count,
        .buf = messages[i].bytes,
    };
  }
  struct i2c_rdwr_ioctl_data data = {.msgs = list, .nmsgs = count};
  int32_t result = system->ioctl(system->context, file, I2C_RDWR, &data);
  if (result < 0) return result;
  return result == (int32_t)count ? 0 : -EIO;  // fewer than asked for were done
}

int32_t umwelt_i2c_probe(const struct umwelt_system *system, int32_t file, uint8_t address) {
  int32_t result = system->ioctl(system->context, file, I2C_SLAVE, as_argument(address));
  if (result < 0) return result;
  result = system->read_smbus_byte(system->context, file);
  return result < 0 ? result : 0;
}
