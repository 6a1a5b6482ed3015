enum Tape { static let encoding = "umwelt-tape" }
