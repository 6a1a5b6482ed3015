// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// One number of the model's action and the motors that follow it.
  public struct Action: Hashable, Sendable {
    public var name: String
    /// Names of motors; a motor follows exactly one action.
    public var motors: [String]

    public init(name: String, motors: [String]) { (self.name, self.motors) = (name, motors) }
  }
}

extension BoardDescription.Action {
  enum Keys {
    static let name = Key.name(
      "name", .required(example: "left"), "The action's name, as in the model's file.")
    static let motors = Key.names(
      "motors", .required(example: "[left]"), "The motors that follow this action.")
  }

  static let table = Table([Keys.name, Keys.motors])

  init(_ section: Section) {
    name = section[Keys.name]
    motors = section[Keys.motors].map(\.value)
  }
}
