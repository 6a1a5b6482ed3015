// swift-tools-version: 6.0
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// A target may depend only on targets above it (Tests/TidyTests checks the order).
let package = Package(
  name: "umwelt",
  products: [
    .executable(name: "umwelt", targets: ["umwelt"]),
    .executable(name: "umwelt-guard", targets: ["umwelt-guard"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0")
  ],
  targets: [
    // C, where a system call, a SIMD instruction or a system library is.
    .target(
      name: "CLinux",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("gpiod"), .linkedLibrary("i2c")]),
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLZ4", providers: [.apt(["liblz4-dev"])]),
    .target(
      name: "CCodecs",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("z")]),

    .target(name: "Quantities"),
    .target(name: "Codecs", dependencies: ["CCodecs"]),
    .target(name: "Safety", dependencies: ["Quantities"]),
    .target(name: "Buses", dependencies: ["Quantities"]),
    .target(name: "Threads", dependencies: ["CLinux"]),
    .target(
      name: "Recorder",
      dependencies: ["Threads", "Buses", "Quantities", "Codecs", "CLinux", "CLZ4"]),
    .target(name: "Devices", dependencies: ["Buses", "Safety", "Quantities"]),
    .target(
      name: "LinuxBuses",
      dependencies: ["Threads", "Buses", "Quantities", "Codecs", "CLinux", "CCodecs"]),
    .target(name: "SocketBuses", dependencies: ["Buses", "Quantities", "CLinux"]),
    .target(
      name: "Guard",
      dependencies: [
        "SocketBuses", "LinuxBuses", "Threads", "Buses", "Safety", "Quantities", "CLinux"
      ]),
    .executableTarget(name: "umwelt-guard", dependencies: ["Guard"]),
    .target(name: "Estimation", dependencies: ["COpenBLAS", "Quantities"]),
    .target(name: "Kernels", dependencies: ["CKernels", "COpenBLAS"]),
    .target(name: "WorldModel", dependencies: ["Kernels", "Codecs"]),
    .target(name: "Planning", dependencies: ["Quantities"]),
    .target(
      name: "Board",
      dependencies: [
        "Devices", "Safety", "Estimation", "Codecs", "Quantities",
        .product(name: "Yams", package: "Yams")
      ]),
    .target(name: "Intercom", dependencies: ["Board", "Threads", "Safety", "Quantities"]),
    .target(
      name: "Console", dependencies: ["Intercom", "Board", "Safety", "Codecs", "Quantities"]),
    .target(name: "Wiring", dependencies: ["Board", "Devices"]),
    .target(
      name: "Diagnosis", dependencies: ["Board", "Devices", "Buses", "Codecs", "Quantities"]),
    .target(
      name: "Runtime",
      dependencies: [
        "Quantities", "Safety", "Buses", "Devices", "Estimation", "WorldModel", "Planning", "Board",
        "Intercom", "Threads", "Recorder",
        .product(name: "Histogram", package: "hdrhistogram-swift")
      ]),
    .target(name: "Simulation", dependencies: ["Buses", "Quantities"]),
    // A board on simulated chips.
    .target(name: "Twin", dependencies: ["Board", "Devices", "Simulation", "Quantities"]),
    .executableTarget(
      name: "umwelt",
      dependencies: [
        "Recorder", "Console", "Intercom", "Diagnosis", "Guard", "SocketBuses", "LinuxBuses",
        "Threads", "Runtime", "Twin", "Simulation", "Board", "Wiring", "WorldModel", "Kernels",
        "Planning", "Estimation",
        "Devices", "Buses", "Safety", "Quantities", "Codecs",
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ]),

    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels", "Quantities"]),
    // Small model files, and what counts a thread's calls of malloc, for the tests below.
    .target(
      name: "ModelFixtures", dependencies: ["WorldModel", "Quantities"],
      path: "Tests/ModelFixtures"),
    .target(
      name: "MallocCount", path: "Tests/MallocCount",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])]),
    // Feeds broken files of every kind to what reads them: see tools/fuzz.
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "ModelFixtures", "Recorder", "Console", "Intercom", "Guard", "Wiring", "Runtime", "Board",
        "WorldModel", "Kernels", "Estimation", "Safety", "Buses", "Codecs", "CCodecs", "Quantities"
      ],
      path: "Tests/Fuzz", exclude: ["Corpus"]),
    .testTarget(
      name: "WorldModelTests",
      dependencies: [
        "ModelFixtures", "MallocCount", "WorldModel", "Kernels", "Codecs", "Quantities"
      ],
      exclude: ["Fixtures"]),
    .testTarget(name: "ThreadsTests", dependencies: ["MallocCount", "Threads"]),
    .testTarget(name: "SafetyTests", dependencies: ["Safety", "Quantities"]),
    // The control loop on simulated chips, for the tests below.
    .target(
      name: "LoopFixtures",
      dependencies: [
        "MallocCount", "Runtime", "Twin", "Simulation", "Board", "Devices", "Buses", "Safety",
        "Quantities"
      ],
      path: "Tests/LoopFixtures"),
    .testTarget(
      name: "RuntimeTests",
      dependencies: [
        "LoopFixtures", "ModelFixtures", "MallocCount", "Runtime", "Intercom", "Twin",
        "Simulation", "Board", "Devices", "LinuxBuses", "Threads", "Buses", "Estimation",
        "Planning", "WorldModel",
        "Safety", "Quantities"
      ]),
    .testTarget(
      name: "ClosedLoopTests",
      dependencies: [
        "LoopFixtures", "MallocCount", "Recorder", "Runtime", "Simulation", "Board", "Devices",
        "Buses", "Safety", "Quantities"
      ]),
    // A process that records, for those that kill it: see RecorderTests and tools/log.
    .executableTarget(
      name: "RecordingRig", dependencies: ["Recorder", "Buses", "Quantities"],
      path: "Tests/RecordingRig"),
    .testTarget(
      name: "RecorderTests",
      dependencies: ["RecordingRig", "MallocCount", "Recorder", "Buses", "Quantities"]),
    .testTarget(name: "TidyTests"),
    .testTarget(
      name: "BoardTests",
      dependencies: ["Board", "Devices", "Estimation", "Codecs", "Quantities"],
      exclude: ["Broken"]),
    .testTarget(name: "WiringTests", dependencies: ["Wiring", "Board"]),
    .testTarget(
      name: "DiagnosisTests",
      dependencies: [
        "LoopFixtures", "Diagnosis", "Twin", "Simulation", "Board", "Buses", "Quantities"
      ]),
    .testTarget(name: "PlanningTests", dependencies: ["Planning", "Quantities"]),
    .testTarget(name: "CodecsTests", dependencies: ["Codecs", "CCodecs", "MallocCount"]),
    .testTarget(
      name: "EstimationTests",
      dependencies: ["MallocCount", "Estimation", "Codecs", "Quantities"]),
    // Runs the built binary, so it must be built first.
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "umwelt", "umwelt-guard", "ModelFixtures", "WorldModel", "Simulation", "Board",
        "Estimation", "Codecs", "Quantities"
      ],
      exclude: ["Scenarios"]),
    // The kernel's structs and a GPIO chip that stands in for the kernel's, for the tests below.
    .target(
      name: "KernelHeaders", path: "Tests/KernelHeaders",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "FakeGPIOChip", path: "Tests/FakeGPIOChip",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])]),
    .testTarget(
      name: "ConsoleTests",
      dependencies: [
        "KernelHeaders", "Console", "Intercom", "LinuxBuses", "Board", "Buses", "Safety", "Codecs",
        "Quantities"
      ]),
    .testTarget(
      name: "LinuxBusesTests",
      dependencies: [
        "FakeGPIOChip", "KernelHeaders", "MallocCount", "LinuxBuses", "CLinux", "CCodecs",
        "Devices", "Buses", "Quantities"
      ]),
    .target(name: "GuardFixtures", dependencies: ["MallocCount"], path: "Tests/GuardFixtures"),
    // What the guard decides, which tools/mutate changes; and the guard as a process.
    .testTarget(
      name: "GuardLogicTests",
      dependencies: [
        "GuardFixtures", "MallocCount", "Guard", "LinuxBuses", "Simulation", "Buses", "Safety",
        "Quantities"
      ]),
    .testTarget(
      name: "GuardTests",
      dependencies: [
        "umwelt-guard", "GuardFixtures", "LoopFixtures", "MallocCount", "Guard", "SocketBuses",
        "LinuxBuses", "Board", "Runtime", "Simulation", "Devices", "Buses", "Safety", "Quantities",
        "CLinux"
      ]),
    .testTarget(
      name: "DevicesTests",
      dependencies: ["MallocCount", "Devices", "Buses", "Safety", "Quantities"]),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "MallocCount", "Simulation", "Devices", "Buses", "Safety", "Estimation", "Codecs",
        "Quantities"
      ])
  ],
  swiftLanguageModes: [.v6]
)

// The simulated chips as hardware of an emulated machine: tools/hil asks for them, and installs
// what they need.
if Context.environment["UMWELT_HIL"] != nil {
  package.targets += [
    .target(
      name: "CUSBRedir", path: "Tests/CUSBRedir",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("usbredirparser")]),
    .executableTarget(
      name: "HardwareRig",
      dependencies: [
        "LoopFixtures", "CUSBRedir", "Twin", "Simulation", "Board", "Buses", "Quantities"
      ],
      path: "Tests/HardwareRig", exclude: ["rig-rover"])
  ]
}
