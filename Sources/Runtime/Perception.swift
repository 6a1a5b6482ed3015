// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Estimation
import Quantities
import Safety

/// What the robot knows from its senses: newest frame, IMU in bins, attitude, dead reckoning.
public final class Perception {
  /// Frames in a row that equal the one before them, which noise alone would never give.
  package static let frozenFrames = 3

  public private(set) var frame: Frame?
  public private(set) var attitude: AttitudeFilter
  public private(set) var odometry: Odometry?
  /// Gyro bias found at rest, removed from every sample, rad/s.
  public private(set) var gyroBiasRadS = Vector3.zero
  /// Newest sample, bias removed.
  public private(set) var gyroRadS = Vector3.zero
  public private(set) var accelMS2 = Vector3.zero
  /// Largest horizontal specific force in the interval that ended now, m/s2: a bump shows here.
  public private(set) var peakForceMS2 = 0.0
  public private(set) var senses = Senses()
  /// Each grid sensor's newest picture, in the board's order; sequence 0 before the first.
  public var grids: [Grid] { surroundings.grids }
  /// IMU means of the interval that ended now. Shape: [bins, 6]: gyro xyz, accel xyz.
  public private(set) var imuMeans: [Float]
  public private(set) var lastError: DeviceError?
  /// Counts the samples that the IMU's driver handed over.
  public private(set) var imuSampleCount: UInt32 = 0

  private let imu: any InertialSensor
  /// From the chip's axes to the body's.
  private let axes: AxisMap
  /// What this robot's own IMU is corrected by; nil where it was not calibrated.
  private let calibration: ImuCalibration?
  private let camera: (any FrameSource)?
  private let sensors: BodySensors
  private let clock: any Clock
  private var wheels: WheelSense
  private var surroundings: Surroundings
  private let computer: (any ComputerHealth)?
  private var bins: ImuBins
  private var rest: RestCalibration?
  private var peakSinceMS2 = 0.0
  private var sampleInInterval = 0
  private let samplesPerBin: Int
  private let samplePeriodS: Double
  /// Without a sample for longer, the attitude is not known any more.
  private let imuTimeoutS: Double
  private var health: ImuHealth
  private var hasNonFiniteSample = false
  private var frameHash: UInt64 = 0
  private var frameRepeats = 0
  private var drive = SIMD2<Double>.zero

  public convenience init(
    board: BoardDescription, body: Body, calibration: ImuCalibration? = nil, bins binCount: Int
  ) {
    self.init(
      board: board, imu: body.imu, camera: body.camera, sensors: body.sensors,
      computer: body.computer, clock: body.clock,
      calibration: calibration, bins: binCount)
  }

  /// The same with any sensors.
  package init(
    board: BoardDescription, imu: any InertialSensor, camera: (any FrameSource)?,
    sensors: BodySensors = BodySensors(), computer: (any ComputerHealth)? = nil, clock: any Clock,
    calibration: ImuCalibration? = nil, bins binCount: Int
  ) {
    (self.imu, self.camera, self.calibration) = (imu, camera, calibration)
    (self.sensors, self.computer, self.clock) = (sensors, computer, clock)
    wheels = WheelSense(sensors.wheels, maxSpeedMS: board.drive?.maxSpeedMS)
    surroundings = Surroundings(sensors)
    axes = board.imu.axes
    health = ImuHealth(
      gyroRangeRadS: board.imu.settings.gyroRangeRadS,
      accelRangeMS2: board.imu.settings.accelRangeMS2)
    // Drivers measure the field at most once a drain, and 100 times a second.
    attitude = AttitudeFilter(
      sampleRateHz: board.imu.settings.rateHz,
      magnetometerRateHz: min(board.imu.settings.rateHz, board.rates.gateHz, 100))
    odometry = board.drive.map {
      Odometry(trackM: $0.trackM, maxSpeedMS: $0.maxSpeedMS, timeConstantS: $0.timeConstantS)
    }
    bins = ImuBins(bins: binCount)
    imuMeans = [Float](repeating: 0, count: bins.valueCount)
    let samples = Int((board.rates.decisionPeriodS * board.imu.settings.rateHz).rounded())
    samplesPerBin = max(1, samples / binCount)
    samplePeriodS = 1 / board.imu.settings.rateHz
    imuTimeoutS = board.safety.imuTimeoutS
    frame = camera.map { Frame(width: $0.width, height: $0.height) }
  }

  /// How much later than it happened the camera says that it happened, as calibrated.
  var frameDelayS: Double { calibration?.cameraDelayS ?? 0 }

  /// Takes what the senses have since the last look.
  ///
  /// - Parameter drive: duties now applied (left, right).
  public func update(drive: SIMD2<Double>) {
    self.drive = drive
    senses.hasDeviceFailed = false
    hasNonFiniteSample = false
    health.beginLook()
    let now = clock.now
    attempt { () throws(DeviceError) in
      try wheels.look(&senses, drive: drive, now: now)
    }
    // A failed transfer is a missed look; the age of the last sample decides when it is a stop.
    attempt { () throws(DeviceError) in try imu.drain { take($0) } }
    if wheels.isComplete {
      odometry?.roll(travelM: wheels.travelM, speedMS: wheels.speedMS)
    }
    lookAround(now)
    senses.isImuFrozen = health.isFrozen
    senses.isImuSaturated = health.isSaturated
    senses.isImuImplausible = health.isImplausible
    senses.positionM = odometry.map { SIMD2($0.xM, $0.yM) }
    senses.speedMS = odometry?.speedMS
    senses.tiltRad =
      hasNonFiniteSample ? .nan : senses.imuAt == nil ? nil : attitude.inclinationRad
    // One that tells no more leaves the last look, which grows old.
    if let state = computer?.latest() { senses.computer = ComputerSenses(state) }
    takeFrame()
  }

  /// What is not looked at in every tick, the stop, and the camera's pulse.
  private func lookAround(_ now: Instant) {
    if sensors.hasStarted {
      attempt { () throws(DeviceError) in try surroundings.look(&senses, now: now) }
    }
    guard let stop = sensors.stop else { return }
    // A stop that cannot be read counts as pressed.
    senses.isStopPressed = true
    attempt { () throws(DeviceError) in senses.isStopPressed = try stop.isPressed() }
  }

  /// Does it, or notes why not.
  private func attempt(_ work: () throws(DeviceError) -> Void) {
    do throws(DeviceError) { try work() } catch {
      lastError = error
      if case .bus = error { senses.busErrors += 1 }
    }
  }

  /// An actuator driver failed: the gate must stop the robot.
  func report(_ error: DeviceError) {
    lastError = error
    senses.hasDeviceFailed = true
  }

  /// Begins to collect rest samples for the gyro bias.
  func beginRest(durationS: Double) {
    senses.isGyroCalibrated = false
    rest = RestCalibration(sampleRateHz: imu.sampleRateHz, durationS: durationS)
  }

  /// Whether enough rest samples came.
  var isRestComplete: Bool { rest?.isComplete ?? true }

  /// Ends it; throws with the reason when the robot moved.
  func endRest() throws(RestCalibrationError) {
    guard let rest else { return }
    gyroBiasRadS = try rest.finish().gyroBiasRadS
    senses.isGyroCalibrated = true
    self.rest = nil
  }

  /// A new episode: dead reckoning starts from zero, the interval from now.
  func beginEpisode() {
    odometry?.resetPose()
    closeInterval()
  }

  /// The decision's moment: hands over the interval's IMU means and starts the next interval.
  func closeInterval() {
    bins.take(into: &imuMeans)
    sampleInInterval = 0
    (peakForceMS2, peakSinceMS2) = (peakSinceMS2, 0)
  }

  private func take(_ sample: InertialSample) {
    imuSampleCount &+= 1
    guard sample.gyroRadS.isFinite, sample.accelMS2.isFinite else {
      hasNonFiniteSample = true
      return
    }
    let (turn, measured) = (axes.body(sample.gyroRadS), axes.body(sample.accelMS2))
    let wasTrusted = health.isTrusted
    health.observe(gyroRadS: turn, accelMS2: measured)
    // Meanwhile the robot may have fallen, and nobody felt it turn.
    let pauseS = senses.imuAt.map { (sample.at - $0).seconds } ?? 0
    if pauseS > imuTimeoutS || (health.isTrusted && !wasTrusted) { attitude.restart() }
    let force = calibration?.accelMS2(measured) ?? measured
    rest?.add(gyroRadS: turn, accelMS2: force)
    let gyro = turn - gyroBiasRadS
    (gyroRadS, accelMS2, senses.imuAt) = (gyro, force, sample.at)
    if let field = sample.magneticT, let calibration, calibration.hasField {
      attitude.update(
        gyroRadS: gyro, accelMS2: force, magnetometer: calibration.magneticT(axes.body(field)))
    } else {
      attitude.update(gyroRadS: gyro, accelMS2: force)
    }
    if wheels.isComplete {
      odometry?.turn(yawRateRadS: gyro.z, dtS: samplePeriodS)
    } else {
      odometry?.update(
        leftDuty: drive.x, rightDuty: drive.y, yawRateRadS: gyro.z, dtS: samplePeriodS)
    }
    bins.add(
      gyroRadS: gyro, accelMS2: force,
      bin: min(sampleInInterval / samplesPerBin, bins.bins - 1))
    sampleInInterval += 1
    peakSinceMS2 = max(peakSinceMS2, (force.x * force.x + force.y * force.y).squareRoot())
  }

  private func takeFrame() {
    attempt { () throws(DeviceError) in try sensors.trigger?.update(now: clock.now) }
    guard let camera, var next = frame else { return }
    frame = nil  // one owner while the camera fills it: no copy
    defer { frame = next }
    do throws(FrameError) {
      guard try camera.latest(into: &next) else { return }
    } catch { return }  // the frame's age tells the gate
    // Without an edge of its own the frame keeps the camera's time, less its known delay;
    // `lastError` tells when no edges come at all.
    var isStamped = false
    if let strobe = sensors.strobe {
      attempt { () throws(DeviceError) in isStamped = try strobe.stamp(&next) }
    }
    if !isStamped {
      next.capturedAt = next.capturedAt + Interval(seconds: -frameDelayS)
    }
    senses.frameAt = next.capturedAt
    let hash = Self.hash(next.pixels)
    frameRepeats = hash == frameHash ? frameRepeats + 1 : 0
    frameHash = hash
    senses.isFrameFrozen = frameRepeats >= Self.frozenFrames
  }

  /// FNV-1a over every eighth byte: sensor noise makes two live frames differ.
  private static func hash(_ pixels: [UInt8]) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in stride(from: 0, to: pixels.count, by: 8) {
      value = (value ^ UInt64(pixels[i])) &* 0x0000_0100_0000_01B3
    }
    return value
  }
}
