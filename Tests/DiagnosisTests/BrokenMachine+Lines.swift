// SPDX-License-Identifier: Apache-2.0
import Diagnosis

extension BrokenMachine {
  static let lines = [
    BrokenMachine(
      "the board file is for another computer's lines", .lineMissing, .error,
      says: "MOTOR_STBY", fix: "gpioinfo"
    ) {
      $0.board.motorDriver?.standbyLine = "MOTOR_STBY"
    },
    BrokenMachine(
      "the line is spelt another way", .lineMissing, .error, says: "One is called \"GPIO17\"",
      fix: "gpioinfo"
    ) {
      $0.board.imu.interruptLine = "GPIO_17"
    },
    BrokenMachine(
      "the kernel calls the GPIO chip another name", .gpioChipMissing, .error,
      says: "labelled \"pinctrl-rp1\"; there are pinctrl-bcm2712", fix: "gpiodetect"
    ) {
      $0.facts.gpioChips?[0].label = "pinctrl-bcm2712"
    },
    BrokenMachine(
      "the chip has fewer lines than its file says", .lineMissing, .error, says: "\"27\"",
      fix: "gpioinfo"
    ) {
      $0.facts.gpioChips?[0].lines.removeLast(30)
    },
    BrokenMachine(
      "the PWM overlay is not enabled", .pwmOutputMissing, .error, says: "1f00098000.pwm",
      fix: "dtoverlay=pwm-2chan"
    ) {
      $0.facts.pwmChips = []
    },
    BrokenMachine(
      "two lines have one name", .lineAmbiguous, .warning, says: "pinctrl-rp1 line 17",
      fix: "gpioinfo | grep GPIO17"
    ) {
      $0.forgetComputer()
      $0.facts.gpioChips?.append(
        .init(label: "other", lines: [.init(offset: 3, name: "GPIO17")]))
    },
    BrokenMachine(
      "another program holds the standby line", .lineTaken, .error, says: "held by \"gpioset\"",
      fix: "sudo fuser -v /dev/gpiochip*"
    ) {
      $0.facts.gpioChips?[0].lines[27].consumer = "gpioset"
    },
    BrokenMachine(
      "the robot runs at this time", .robotRuns, .note, says: "running umwelt", fix: "Stop it"
    ) {
      $0.facts.gpioChips?[0].lines[17].consumer = "umwelt"
      $0.facts.gpioChips?[0].lines[27].consumer = "umwelt"
      $0.bench.camera?.errno = 16
    },
    BrokenMachine(
      "the interrupt's pin is a serial port's", .pinMuxed, .error, says: "uart0 of fe201000.serial",
      fix: "pinmux-pins"
    ) {
      $0.facts.pins = [
        .init(
          controller: "1f000d0000.gpio-pinctrl-rp1", pin: 17, name: "gpio17",
          owner: "fe201000.serial", function: "uart0")
      ]
    },
    BrokenMachine(
      "the pin of a banked controller is taken", .pinMuxed, .error, says: "spi2",
      fix: "pinmux-pins"
    ) {
      $0.forgetComputer()
      $0.facts.gpioChips = [
        .init(
          label: "gpio3",
          lines: [.init(offset: 5, name: "GPIO17"), .init(offset: 6, name: "GPIO27")])
      ]
      $0.facts.pins = [
        .init(
          controller: "pinctrl-rockchip-pinctrl", pin: 101, name: "gpio3-5", owner: "feb20000.spi",
          function: "spi2")
      ]
    }
  ]

  static let cameras = [
    BrokenMachine(
      "no camera is plugged in", .cameraMissing, .error, says: "front",
      fix: "v4l2-ctl --list-devices"
    ) {
      $0.facts.cameras = []
      $0.bench.camera = nil
    },
    BrokenMachine(
      "none of two cameras has the name", .cameraMissing, .error, says: "/dev/video2 (right)",
      fix: "camera_auto_detect"
    ) {
      $0.facts.cameras = [
        .init(path: "/dev/video0", card: "left"),
        .init(path: "/dev/video2", card: "right")
      ]
    },
    BrokenMachine(
      "the camera gives only H.264", .cameraFormat, .error, says: "gives H264",
      fix: "--list-formats-ext"
    ) {
      $0.facts.cameras?[0].formats = ["H264"]
    },
    BrokenMachine(
      "the camera has not the format that the board wants", .cameraFormat, .error, says: "not GREY",
      fix: "camera.format"
    ) {
      $0.board.camera?.format = .grey
    },
    BrokenMachine(
      "the camera's pictures are too small", .cameraSize, .warning, says: "640x480",
      fix: "camera.width"
    ) {
      $0.facts.cameras?[0].modes.removeLast()
      $0.board.camera?.widthPx = 800
    },
    BrokenMachine(
      "the camera is too slow at this size", .cameraRate, .error, says: "at most 5 Hz",
      fix: "camera.rate"
    ) {
      $0.facts.cameras?[0].modes.removeFirst()
    },
    BrokenMachine(
      "the camera gives no pictures", .cameraSilent, .error, says: "Not one picture", fix: "plug"
    ) {
      $0.bench.camera?.isSilent = true
    },
    BrokenMachine(
      "the camera's cable is out", .cameraSilent, .error, says: "errno 19", fix: "dmesg"
    ) {
      $0.bench.camera?.errno = 19
    },
    BrokenMachine(
      "the camera shows one picture for ever", .cameraFrozen, .error, says: "same", fix: "Unplug"
    ) {
      $0.bench.camera?.isFrozen = true
    },
    BrokenMachine(
      "the camera is slow in the dark", .cameraSlow, .warning, says: "7 pictures", fix: "light"
    ) {
      $0.bench.camera?.rateHz = 7
    }
  ]
}
