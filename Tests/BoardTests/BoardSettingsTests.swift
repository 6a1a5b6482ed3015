// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

@Suite struct BoardSettingsTests {
  private func settings() throws -> BoardSettings {
    try BoardSettings(text: Fixture.text, path: "boards/testbed/board.yaml")
  }

  private func problem(_ change: () throws(BoardError) -> Void) -> BoardProblem? {
    do throws(BoardError) {
      try change()
      return nil
    } catch { return error.problems.first }
  }

  @Test func aParameterSaysItsRangeStandardEffectAndSource() throws {
    let settings = try settings()
    let ramp = try #require(settings["safety.ramp"])
    #expect(ramp.range == "0 to 10 s")
    #expect(ramp.expectation == "a time from 0 s to 10 s")
    #expect(ramp.unit == "s")
    #expect(ramp.standard == "0.3 s")
    #expect(ramp.effect == .disarmed)
    #expect(ramp.help == "How long a stop from full power takes.")
    #expect(settings.value(ramp) == "0.3 s")
    #expect(settings.source(ramp) == "standard")
    let rate = try #require(settings["motors.left.limits.rate"])
    #expect(settings.value(rate) == "12 /s")
    #expect(settings.source(rate) == "boards/testbed/board.yaml:24")
    #expect(try #require(settings["planner.path_weight"]).effect == .live)
    #expect(try #require(settings["imu.rate"]).effect == .restart)
  }

  @Test func wiringIsNoParameter() throws {
    let settings = try settings()
    for name in ["imu.address", "imu.chip", "motors.left.in1", "safety.guard", "board", "goal"] {
      #expect(settings[name] == nil, "\(name)")
    }
    #expect(settings.parameters.count > 150)
  }

  @Test func whatIsSetChangesTheBoardAndNothingElse() throws {
    let before = try settings()
    let after = try before.setting(["safety.ramp": "500 ms", "motors.right.limits.rate": "8 /s"])
    var expected = before.board
    expected.safety.rampS = 0.5
    expected.motors[1].limits.ratePerS = 8
    #expect(after.board == expected)
    #expect(after.overrides == ["safety.ramp": "0.5 s", "motors.right.limits.rate": "8 /s"])
    #expect(after.source(try #require(after["safety.ramp"])) == "set")
  }

  @Test func aPairIsTypedAsInTheFile() throws {
    let after = try settings().setting(["motors.left.limits.position": "[-0.5,0.5]"])
    #expect(after.board.motors[0].limits.position == -0.5...0.5)
    #expect(after.overrides["motors.left.limits.position"] == "[-0.5, 0.5]")
  }

  @Test func aFailsafeThatNoFileWritesCanBeSet() throws {
    let after = try settings().setting(["safety.failsafes.hot.action": "ramp"])
    #expect(after.board.safety.failsafes[.hot].action == .ramp)
  }

  @Test func whatIsTakenBackIsWhatTheFilesSay() throws {
    let before = try settings()
    let after = try before.setting(["safety.ramp": "0.5 s"]).setting(["safety.ramp": nil])
    #expect(after.board == before.board)
    #expect(after.overrides.isEmpty)
    // So is what is set to what they say anyway, in whatever unit.
    #expect(try before.setting(["safety.ramp": "300 ms"]).overrides.isEmpty)
  }

  @Test func aWrongValueIsRefusedAsInTheFile() throws {
    let settings = try settings()
    let far = problem { () throws(BoardError) in
      _ = try settings.setting(["safety.ramp": "11 s"])
    }
    #expect(far?.kind == .outOfRange)
    #expect(far?.what == "safety.ramp: 11 s is out of range")
    let bare = problem { () throws(BoardError) in _ = try settings.setting(["safety.ramp": "1"]) }
    #expect(bare?.kind == .unit)
    let name = problem { () throws(BoardError) in
      _ = try settings.setting(["safety.rmap": "1 s"])
    }
    #expect(name?.remedy == "Did you mean 'safety.ramp'?")
  }

  @Test func valuesThatDoNotFitTogetherAreRefusedTogether() throws {
    let settings = try settings()
    let alone = problem { () throws(BoardError) in
      _ = try settings.setting(["safety.computer.hot": "100 degC"])
    }
    #expect(alone?.kind == .conflict)
    let both = try settings.setting([
      "safety.computer.hot": "100 degC", "safety.computer.too_hot": "110 degC"
    ])
    #expect(both.board.safety.computer.hotC == 100)
  }

  @Test func everyParameterTakesItsOwnValueAndItsExample() throws {
    let settings = try settings()
    for parameter in settings.parameters {
      let value = settings.value(parameter)
      if value != "-" { #expect(parameter.canonical(value) == value, "\(parameter.name)") }
      if let example = parameter.example {
        #expect(parameter.canonical(example) != nil, "\(parameter.name) \(example)")
      }
      #expect(!parameter.range.isEmpty && parameter.help.hasSuffix("."), "\(parameter.name)")
    }
  }

  @Test func whatWasSavedIsReadBack() throws {
    let state = TemporaryState()
    let before = try settings().setting(["safety.ramp": "0.5 s", "planner.threads": "2"])
    try before.save(folder: state.path)
    let again = try settings().withSaved(folder: state.path)
    #expect(again.overrides == before.overrides)
    #expect(again.board == before.board)
    #expect(try settings().withSaved(folder: state.path + "/none").overrides.isEmpty)
  }

  @Test func aSavedFileSaysWhatIsWrongAndWhere() throws {
    let settings = try settings()
    let wrong = problem { () throws(BoardError) in
      _ = try settings.reading("board: testbed\nsafety.ramp: 99 s\n", path: "p.yaml")
    }
    #expect(wrong?.path == "p.yaml")
    #expect(wrong?.place?.line == 2)
    let other = problem { () throws(BoardError) in
      _ = try settings.reading("board: robin\n", path: "p.yaml")
    }
    #expect(other?.what == "these are the parameters of 'robin'")
    let nobody = problem { () throws(BoardError) in
      _ = try settings.reading("safety.ramp: 1 s\n", path: "p.yaml")
    }
    #expect(nobody?.what == "it does not say whose it is")
    let group = problem { () throws(BoardError) in
      _ = try settings.reading("board: testbed\nsafety: {ramp: 1 s}\n", path: "p.yaml")
    }
    #expect(group?.what == "not a parameter and its value")
    let unknown = problem { () throws(BoardError) in
      _ = try settings.reading("board: testbed\nsafety.rmap: 1 s\n", path: "p.yaml")
    }
    #expect(unknown?.place?.line == 2)
  }

  @Test func theReferenceHasARowForEachKindOfParameter() throws {
    let text = BoardParameter.markdown(try settings())
    #expect(text.contains("| `safety.ramp` | 0 to 10 s | 0.3 s | at once, disarmed |"))
    #expect(text.contains("| `motors.NAME.limits.rate` |"))
    #expect(text.contains("| `safety.failsafes.REASON.debounce` |"))
    let rows = text.split(separator: "\n")
    #expect(Set(rows).count == rows.count)
  }
}
