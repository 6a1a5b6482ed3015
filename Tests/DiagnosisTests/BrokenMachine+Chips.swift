// SPDX-License-Identifier: Apache-2.0
import Buses
import Diagnosis
import Simulation

extension BrokenMachine {
  static let buses = [
    BrokenMachine(
      "the bus is not enabled", .busMissing, .error, says: "(1f00074000.i2c)",
      fix: "echo 'dtparam=i2c_arm=on' | sudo tee -a /boot/firmware/config.txt && sudo reboot"
    ) {
      $0.facts.i2cAdapters = []
      $0.facts.boot?.lines = []
    },
    BrokenMachine(
      "the bus was enabled, but the computer not started again", .busMissing, .error, says: "i2c-1",
      fix: "sudo reboot   # dtparam=i2c_arm=on is in /boot/firmware/config.txt already"
    ) {
      $0.facts.i2cAdapters = []
      $0.facts.boot?.lines = ["dtparam=i2c_arm=on"]
    },
    BrokenMachine(
      "I2C is not enabled on a Pi that has no file", .busMissing, .error, says: "it has none",
      fix: "raspi-config"
    ) {
      $0.facts.i2cAdapters = []
      $0.forgetComputer()
    },
    BrokenMachine(
      "the bus has another number on this kernel", .busMissing, .error, says: "it has i2c-13",
      fix: "i2cdetect -l"
    ) {
      $0.forgetComputer()
      $0.facts.i2cAdapters[0].number = 13
      $0.facts.model = "Radxa ROCK 5B"
    },
    BrokenMachine(
      "i2c-dev is not loaded", .busHasNoNode, .error, says: "/dev/i2c-1",
      fix: "sudo modprobe i2c-dev"
    ) {
      $0.facts.nodes.removeAll { $0.path == "/dev/i2c-1" }
      $0.bench.buses = [:]
    },
    BrokenMachine(
      "the kernel does not open the bus", .busRefused, .error, says: "errno 16",
      fix: "i2cdetect -y 1"
    ) {
      $0.bench.refusals["i2c-1"] = "errno 16"
    },
    BrokenMachine("SDA is held low", .busStuck, .error, says: "i2c-1", fix: "SDA and SCL") {
      $0.bench.buses["i2c-1"]?.refuse { _ in .busFault }
    },
    BrokenMachine(
      "the adapter gives up on everything", .busStuck, .error, says: "timed out",
      fix: "Unplug one chip"
    ) {
      $0.bench.buses["i2c-1"]?.refuse { _ in .timedOut }
    },
    BrokenMachine(
      "the bus runs at 100 kHz", .busTooSlow, .warning, says: "100 kHz",
      fix: "dtparam=i2c_arm_baudrate=400000 in /boot/firmware/config.txt"
    ) {
      $0.facts.i2cAdapters[0].speedHz = 100_000
      $0.board.rates.gateHz = 200
    }
  ]

  static let chips = [
    BrokenMachine(
      "the IMU is unplugged", .chipAbsent, .error, says: "i2c-1 0x68 (imu)",
      fix: "i2cdetect -y 1   # 68"
    ) {
      $0.replaceChips((FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "the PWM chip has no supply", .chipAbsent, .error, says: "no PCA9685", fix: "supply"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x68))
    },
    BrokenMachine(
      "the IMU's AD0 is high", .chipAtOtherAddress, .error, says: "at 0x69",
      fix: "address: 0x69"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x69), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "the PWM chip's A1 is bridged", .chipAtOtherAddress, .error, says: "at 0x42",
      fix: "address: 0x42"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x68), (FakePCA9685(), 0x42))
    },
    BrokenMachine(
      "the IMU hangs on the other bus", .chipOnOtherBus, .error, says: "on i2c-3 at 0x68",
      fix: "bus: i2c-3"
    ) {
      $0.replaceChips()
      $0.board.pwm?.bus = "i2c-3"
      $0.facts.i2cAdapters.append(.init(number: 3, name: "bit-banged"))
      $0.facts.nodes.append(.init(path: "/dev/i2c-3", mode: 0o660, owner: 0, group: 993))
      $0.bench.attach(FakePCA9685(), to: "i2c-3", at: 0x40)
      $0.bench.attach(PlainChip.mpu6050, to: "i2c-3", at: 0x68)
    },
    BrokenMachine(
      "the kernel's IIO driver has the IMU", .chipHeldByKernel, .error, says: "inv-mpu6050-i2c",
      fix: "echo 1-0068 | sudo tee /sys/bus/i2c/drivers/inv-mpu6050-i2c/unbind"
    ) {
      $0.facts.i2cAdapters[0].kernelClients.append(
        .init(address: 0x68, name: "mpu6050", driver: "inv-mpu6050-i2c"))
    },
    BrokenMachine(
      "the computer has an INA3221 where the PWM chip should be", .addressTrap, .error,
      says: "own ina3221", fix: "move it to i2c-3"
    ) {
      $0.facts.i2cAdapters[0].kernelClients.append(
        .init(address: 0x40, name: "ina3221", driver: "ina3221"))
    },
    BrokenMachine(
      "the power monitor is unplugged", .chipAbsent, .error, says: "no INA219", fix: "supply"
    ) {
      $0.bench.clear("i2c-1")
      $0.bench.attach(PlainChip.mpu6050, to: "i2c-1", at: 0x68)
      $0.bench.attach(FakePCA9685(), to: "i2c-1", at: 0x40)
    },
    BrokenMachine(
      "an INA226 is fitted as an INA219", .chipIsAnother, .error, says: "an INA226 answers",
      fix: "chip: ina226"
    ) {
      $0.bench.attach(WordChip([0xFF: 0x2260]), to: "i2c-1", at: 0x41)
    },
    BrokenMachine(
      "a second PWM chip sits at the power monitor's address", .chipInTheWay, .error,
      says: "a PCA9685 answers", fix: "INA219: 0x42"
    ) {
      $0.bench.attach(FakePCA9685(), to: "i2c-1", at: 0x41)
    },
    BrokenMachine(
      "a clone that says 0x72", .chipIsClone, .error, says: "0x72", fix: "fit an MPU-6050"
    ) {
      $0.replaceChips((PlainChip([0x75: 0x72]), 0x68), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "an ICM-20602 on the same map", .chipIsClone, .error, says: "an ICM-20602",
      fix: "There is no driver for ICM-20602"
    ) {
      $0.replaceChips((PlainChip([0x75: 0x12]), 0x68), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "an MPU-6500 sold as an MPU-6050", .chipIsClone, .error, says: "an MPU-6500 answers",
      fix: "fit an MPU-6050"
    ) {
      $0.replaceChips((PlainChip([0x75: 0x70]), 0x68), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "a BMI160 on the IMU's board", .chipIsAnother, .error, says: "a BMI160 answers",
      fix: "fit an MPU-6050"
    ) {
      $0.replaceChips((PlainChip([0x00: 0xD1]), 0x68), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "an INA226 at the PWM chip's address", .chipInTheWay, .error, says: "an INA226 answers",
      fix: "another address"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x68), (WordChip([0xFF: 0x2260]), 0x40))
    },
    BrokenMachine(
      "the Jetson's INA3221 at 0x40", .chipInTheWay, .error, says: "an INA3221 answers",
      fix: "0x42, 0x43 and 0x44"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x68), (WordChip([0xFF: 0x3220]), 0x40))
    },
    BrokenMachine(
      "an INA219 at the PWM chip's address", .chipInTheWay, .error, says: "INA219",
      fix: "another address"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x68), (WordChip([:]), 0x40))
    },
    BrokenMachine(
      "an AMG8833 or a clock at the IMU's address", .chipInTheWay, .error, says: "AMG8833",
      fix: "0x69"
    ) {
      $0.replaceChips((PlainChip([:]), 0x68), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "the IMU reads 0xFF everywhere", .chipReadsConstant, .error, says: "reads 0xFF",
      fix: "check SDA"
    ) {
      $0.replaceChips((PlainChip([:], otherwise: 0xFF), 0x68), (FakePCA9685(), 0x40))
    },
    BrokenMachine(
      "the PWM chip reads 0x00 everywhere", .chipReadsConstant, .error, says: "reads 0x00",
      fix: "Power-cycle"
    ) {
      $0.replaceChips((PlainChip.mpu6050, 0x68), (PlainChip([:], otherwise: 0), 0x40))
    },
    BrokenMachine(
      "nobody knows the PWM chip", .chipUnknown, .error, says: "0x05 says 0x37",
      fix: "printed on the chip"
    ) {
      $0.board.pwm?.address = 0x60
      $0.replaceChips((PlainChip.mpu6050, 0x68), (PlainChip([:]), 0x60))
    },
    BrokenMachine(
      "the IMU's firmware file is not there", .firmwareMissing, .error, says: "/nowhere/bmi270.bin",
      fix: "Download it"
    ) {
      $0.board.imu.firmwarePath = "/nowhere/bmi270.bin"
    },
    BrokenMachine(
      "the IMU does not start", .imuFails, .error, says: "reads 0x40", fix: "Power-cycle"
    ) {
      $0.felt.failure = "MPU-6050: register 0x6B was set to 0x01 but reads 0x40"
    },
    BrokenMachine(
      "the IMU's INT pin is not wired", .imuNoInterrupt, .error, says: "edge on GPIO17",
      fix: "Wire the chip's INT pin to GPIO17"
    ) {
      $0.felt.edges = 0
    },
    BrokenMachine(
      "the IMU's FIFO stays empty", .imuSilent, .error, says: "none", fix: "Power-cycle"
    ) {
      $0.felt.samples = 0
    },
    BrokenMachine(
      "the IMU repeats itself", .imuFrozen, .error, says: "50 samples, all the same",
      fix: "replace it"
    ) {
      $0.felt.isFrozen = true
    },
    BrokenMachine(
      "the IMU's data are garbled", .imuNotAtRest, .error, says: "give or take 14",
      fix: "shorter wires"
    ) {
      $0.felt.forceSpreadMS2 = 14
    },
    BrokenMachine(
      "somebody carries the robot", .imuNotAtRest, .error, says: "at 90 deg/s",
      fix: "Lay the robot still"
    ) {
      $0.felt.turnRadS = 1.5708
    },
    BrokenMachine(
      "the accelerometer is far off", .imuNotAtRest, .error, says: "feels 5 m/s2",
      fix: "Lay the robot still"
    ) {
      $0.felt.forceMS2 = 5
    },
    BrokenMachine(
      "half the samples are lost", .imuSlow, .warning, says: "50 samples a second, not 100",
      fix: "imu.rate"
    ) {
      $0.felt.rateHz = 50
    },
    BrokenMachine(
      "the IMU alone times out", .chipFails, .error, says: "0x68", fix: "i2cdetect -y 1"
    ) {
      $0.bench.buses["i2c-1"]?.refuse { $0 == 0x68 ? .timedOut : nil }
    }
  ]
}
