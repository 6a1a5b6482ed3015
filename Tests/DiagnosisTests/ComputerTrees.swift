// SPDX-License-Identifier: Apache-2.0

/// What the files of three computers say, as far as the doctor reads them.
enum ComputerTrees {
  /// Shared by all: a user without rights beyond its groups.
  private static let user: [String: String] = [
    "/proc/self/status": """
    Name:\tumwelt
    Uid:\t1000\t1000\t1000\t1000
    Gid:\t1000\t1000\t1000\t1000
    Groups:\t27 44 993 994 1000
    CapEff:\t0000000000000000
    """,
    "/etc/group": """
    root:x:0:
    sudo:x:27:pi
    video:x:44:pi
    dialout:x:20:
    i2c:x:993:pi
    gpio:x:994:pi
    pi:x:1000:
    """,
    "/proc/self/limits": """
    Limit                     Soft Limit           Hard Limit           Units
    Max cpu time              unlimited            unlimited            seconds
    Max locked memory         unlimited            unlimited            bytes
    Max realtime priority     95                   95
    """
  ]

  private static let pi5Core = """
    processor\t: 0
    BogoMIPS\t: 108.00
    Features\t: fp asimd evtstrm aes crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
    CPU part\t: 0xd0b


    """
  private static let pi5I2C = "/sys/devices/platform/axi/1000120000.pcie/1f00074000.i2c"
  private static let pi5I2CLink = "-> ../../../devices/platform/axi/1000120000.pcie/1f00074000.i2c"

  static let pi5: [String: String] = merged([
    "/sys/firmware/devicetree/base/model": "Raspberry Pi 5 Model B Rev 1.0\0",
    "/proc/sys/kernel/osrelease": "6.12.25+rpt-rpi-2712-rt\n",
    "/proc/version": "Linux version 6.12.25+rpt-rpi-2712-rt (x) #1 SMP PREEMPT_RT Debian\n",
    "/proc/cpuinfo": String(repeating: pi5Core, count: 4),
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "ondemand\n",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver": "cpufreq-dt\n",
    "\(pi5I2C)/i2c-1/name": "Synopsys DesignWare I2C adapter\n",
    "\(pi5I2C)/of_node/clock-frequency": "\0\u{6}\u{1A}\0",  // 0x00061A00
    "\(pi5I2C)/i2c-1/of_node": "-> ../of_node",
    "\(pi5I2C)/i2c-1/1-0051/name": "pcf85063a\n",
    "\(pi5I2C)/i2c-1/1-0051/driver": "-> ../../../../../../../bus/i2c/drivers/rtc-pcf85063",
    "/sys/bus/i2c/drivers/rtc-pcf85063/bind": "",
    "/sys/bus/i2c/devices/i2c-1": "\(pi5I2CLink)/i2c-1",
    "/sys/bus/i2c/devices/1-0051": "\(pi5I2CLink)/i2c-1/1-0051",
    "/sys/kernel/debug/pinctrl/1f000d0000.gpio-pinctrl-rp1/pinmux-pins": """
    Pinmux settings per pin
    Format: pin (name): mux_owner gpio_owner hog?
    pin 2 (gpio2): 1f00074000.i2c (GPIO UNCLAIMED) function i2c1 group gpio2
    pin 17 (gpio17): (MUX UNCLAIMED) pinctrl-rp1:586
    pin 27 (gpio27): (MUX UNCLAIMED) (GPIO UNCLAIMED)
    """,
    "/sys/devices/platform/axi/1f00098000.pwm/pwm/pwmchip0/npwm": "4\n",
    "/sys/class/pwm/pwmchip0":
      "-> ../../devices/platform/axi/1f00098000.pwm/pwm/pwmchip0",
    "/sys/class/watchdog/watchdog0/identity": "Broadcom BCM2835 Watchdog timer\n",
    "/sys/class/watchdog/watchdog0/timeout": "15\n",
    "/sys/class/watchdog/watchdog0/nowayout": "0\n",
    "/sys/class/watchdog/watchdog0/state": "inactive\n",
    "/sys/class/watchdog/watchdog0/bootstatus": "0\n",
    "/etc/systemd/system.conf": "[Manager]\n#RuntimeWatchdogSec=off\n",
    "/usr/lib/systemd/system.conf.d/40-rpi-enable-watchdog.conf":
      "[Manager]\nRuntimeWatchdogSec=1m\nRebootWatchdogSec=2m\n",
    "/etc/systemd/system.conf.d/90-umwelt.conf": "[Manager]\nRuntimeWatchdogSec=0\n",
    "/sys/devices/platform/soc/soc:firmware/get_throttled": "0\n",
    "/sys/class/hwmon/hwmon2/name": "rpi_volt\n",
    "/sys/class/hwmon/hwmon2/in0_lcrit_alarm": "0\n",
    "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "/sys/class/thermal/thermal_zone0/temp": "48850\n",
    "/run/systemd/timesync/synchronized": "",
    "/sys/devices/system/clocksource/clocksource0/current_clocksource": "arch_sys_counter\n",
    "/sys/devices/system/clocksource/clocksource0/available_clocksource": "arch_sys_counter \n",
    "/proc/mounts": "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\nproc /proc proc rw 0 0\n",
    "/proc/meminfo": "MemTotal:        8256640 kB\nMemAvailable:    7340032 kB\n",
    "/proc/swaps": "Filename\tType\t\tSize\tUsed\tPriority\n/dev/zram0 partition 2097136 512 100\n",
    "/boot/firmware/config.txt": "# For more options see\ndtparam=i2c_arm=on\n\n  [all]\n",
    "/dev/i2c-1": "", "/dev/gpiochip0": "", "/dev/video0": "", "/dev/watchdog0": "", "/dev/sda": ""
  ])

  static let jetson: [String: String] = merged([
    "/sys/firmware/devicetree/base/model": "NVIDIA Jetson Orin Nano Developer Kit\0",
    "/proc/sys/kernel/osrelease": "5.15.148-tegra\n",
    "/sys/kernel/realtime": "1\n",
    "/proc/cpuinfo": "processor : 0\nFeatures : fp asimd asimddp i8mm\nprocessor : 1\n",
    "/sys/devices/platform/c250000.i2c/i2c-7/name": "Tegra I2C adapter\n",
    "/sys/devices/platform/c240000.i2c/i2c-1/name": "Tegra I2C adapter\n",
    "/sys/devices/platform/c240000.i2c/i2c-1/1-0040/name": "ina3221\n",
    "/sys/devices/platform/c240000.i2c/i2c-1/1-0040/driver":
      "-> ../../../../../bus/i2c/drivers/ina3221",
    "/sys/bus/i2c/drivers/ina3221/bind": "",
    "/sys/bus/i2c/devices/i2c-1": "-> ../../../devices/platform/c240000.i2c/i2c-1",
    "/sys/bus/i2c/devices/i2c-7": "-> ../../../devices/platform/c250000.i2c/i2c-7",
    "/sys/bus/i2c/devices/1-0040": "-> ../../../devices/platform/c240000.i2c/i2c-1/1-0040",
    "/sys/class/watchdog/watchdog0/identity": "Tegra WDT\n",
    "/sys/class/watchdog/watchdog0/timeout": "120\n",
    "/sys/class/watchdog/watchdog0/nowayout": "1\n",
    "/sys/class/watchdog/watchdog0/state": "active\n",
    "/sys/class/watchdog/watchdog0/bootstatus": "32\n",
    "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "/sys/class/thermal/thermal_zone0/temp": "51500\n",
    "/sys/class/thermal/thermal_zone0/trip_point_0_type": "critical\n",
    "/sys/class/thermal/thermal_zone0/trip_point_0_temp": "104500\n",
    "/sys/class/thermal/thermal_zone0/trip_point_1_type": "passive\n",
    "/sys/class/thermal/thermal_zone0/trip_point_1_temp": "99000\n",
    "/sys/class/video4linux/video0/name": "vi-output, imx219 9-0010\n",
    "/etc/systemd/system.conf": "[Manager]\nRuntimeWatchdogSec=30\n",
    "/boot/extlinux/extlinux.conf": "TIMEOUT 30\nLABEL primary\n      LINUX /boot/Image\n"
  ])

  static let pc: [String: String] = merged([
    "/sys/class/dmi/id/sys_vendor": "LENOVO\n",
    "/sys/class/dmi/id/product_name": "20XW\n",
    "/proc/sys/kernel/osrelease": "6.12.30-amd64\n",
    "/proc/version": "Linux version 6.12.30-amd64 SMP PREEMPT_DYNAMIC\n",
    "/proc/cpuinfo": """
    processor : 0
    model name : 11th Gen Intel(R) Core(TM) i7
    flags : fpu sse2 avx2 avx512_vnni
    processor : 1
    model name : 11th Gen Intel(R) Core(TM) i7
    """,
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver": "intel_pstate\n",
    "/proc/self/status": """
    Uid:\t0\t0\t0\t0
    Gid:\t0\t0\t0\t0
    Groups:\t0
    CapEff:\t000001ffffffffff
    """,
    "/run/systemd/timesync/clock": "",
    "/sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet\n",
    "/sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet acpi_pm \n",
    "/proc/mounts": "overlay / overlay ro,relatime 0 0\n",
    "/proc/meminfo": "MemTotal:       16000000 kB\n",
    "/proc/swaps": "Filename\tType\t\tSize\tUsed\tPriority\n/dev/sda2 partition 999420 2048 -2\n"
  ])

  private static func merged(_ own: [String: String]) -> [String: String] {
    user.merging(own) { $1 }
  }
}
