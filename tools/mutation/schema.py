# SPDX-License-Identifier: Apache-2.0
"""All mutants of a file in one text: each place asks which mutant is alive.

Operators become operators of their own with the same precedence, literals and conditions go
through a function, statements stand behind an `if`. So one build holds every mutant, and a run
chooses one by the environment's UMWELT_MUTANT.
"""

from choices import INFIX

# Two characters of Unicode's mathematical operators make a name that no one else uses.
FIRST, COUNT = 0x2200, 256
# Insertions at the same place come in this order: what ends, ends before anything begins.
CONDITION_END, CLAUSE_END, STATEMENT_END, BODY, STATEMENT, RESULT, REPLACED = range(7)

HEAD = """// Written by tools/mutate.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
%(imports)s
private let living: Int = getenv("UMWELT_MUTANT").flatMap { Int(String(cString: $0)) } ?? -1
/// Which mutants' places were met, for the file that UMWELT_MUTANTS_MET names.
private nonisolated(unsafe) let met: UnsafeMutablePointer<UInt8>? = {
  guard getenv("UMWELT_MUTANTS_MET") != nil else { return nil }
  let met = UnsafeMutablePointer<UInt8>.allocate(capacity: %(count)d)
  met.initialize(repeating: 0, count: %(count)d)
  atexit { writeMet() }
  return met
}()
private func writeMet() {
  guard let met, let path = getenv("UMWELT_MUTANTS_MET"),
    let file = fopen(String(cString: path) + ".%(module)s", "wb") else { return }
  fwrite(met, 1, %(count)d, file)
  fclose(file)
}
public func isMutant(_ id: Int) -> Bool {
  met?[id] = 1
  return living == id
}
public func isNotMutant(_ id: Int) -> Bool { !isMutant(id) }
public func mutantLiteral<T>(_ id: Int, _ value: T, _ one: T) -> T { isMutant(id) ? one : value }
public func mutantLiteral<T>(_ id: Int, _ value: T, _ one: T, _ two: T) -> T {
  isMutant(id) ? one : isMutant(id + 1) ? two : value
}
precedencegroup MutantConditionPrecedence {
  higherThan: TernaryPrecedence
  lowerThan: LogicalDisjunctionPrecedence
}
"""

SIMD_OF = "<S: SIMD>(a: S, b: S.Scalar) -> S where S.Scalar: FloatingPoint"
SIGNATURES = {
    "Comparison": (("<T: Comparable>(a: T, b: T) -> Bool",),),
    "==": (("<T: Equatable>(a: T, b: T) -> Bool", "<T>(a: T?, b: _OptionalNilComparisonType) -> Bool"),),
    "Logical": (("(a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool",),),
    "+": (
        ("<T: AdditiveArithmetic>(a: T, b: T) -> T",),
        ("(a: Instant, b: Interval) -> Instant", "(a: Interval, b: Interval) -> Interval",
         "<S: SIMD>(a: S, b: S) -> S where S.Scalar: FloatingPoint", "<T>(a: [T], b: [T]) -> [T]"),
    ),
    "-": (
        ("<T: AdditiveArithmetic>(a: T, b: T) -> T",),
        ("(a: Instant, b: Instant) -> Interval",
         "<S: SIMD>(a: S, b: S) -> S where S.Scalar: FloatingPoint"),
    ),
    "Multiplication": (
        ("<T: FloatingPoint>(a: T, b: T) -> T",),
        (SIMD_OF, "<T: FixedWidthInteger>(a: T, b: T) -> T"),
    ),
    "Bits": (("<T: FixedWidthInteger>(a: T, b: T) -> T",),),
    "Shift": (("<T: FixedWidthInteger>(a: T, b: Int) -> T",),),
    "Range": (("(a: Int, b: Int) -> %s",),),
    "??": (
        ("<T>(a: T?, b: @autoclosure () throws -> T) rethrows -> T",),
        ("<T>(a: T?, b: @autoclosure () throws -> T?) rethrows -> T?",),
    ),
    "Assignment": (
        ("<T: FloatingPoint>(a: inout T, b: T)",), ("<T: FixedWidthInteger>(a: inout T, b: T)",),
    ),
}


def signatures(operator):
    if operator in ("==", "!="):
        return SIGNATURES["=="]
    if operator in SIGNATURES:
        return SIGNATURES[operator]
    if operator in ("..<", "..."):
        kind = "Range<Int>" if operator == "..<" else "ClosedRange<Int>"
        return (tuple(text % kind for text in SIGNATURES["Range"][0]),)
    group = INFIX[operator][1]
    if group == "Assignment":
        known = SIGNATURES[group]
        return known if operator in ("+=", "-=", "*=", "/=") else known[1:]
    if group.startswith("Logical"):
        return SIGNATURES["Logical"]
    if group == "BitwiseShift":
        return SIGNATURES["Shift"]
    if operator in ("&+", "&-", "&*", "|", "&", "^", "%"):
        return SIGNATURES["Bits"]
    return SIGNATURES[group]


def variants(site):
    """How many ways there are to declare what stands in for a site's code."""
    return len(signatures(site.value)) if site.kind == "infix" else 1


def name_of(identifier):
    return chr(FIRST + identifier // COUNT) + chr(FIRST + identifier % COUNT)


def infix_body(signature, operator, other):
    """What the operator's stand-in returns for `other`; with `operator` itself, what is right."""
    if operator == "??":
        value = "try b()" if other != operator else "try a ?? b()"
        return value
    if operator in ("..<", "..."):
        last = {"one less": "max(a, b - 1)", "one more": "b + 1"}.get(other, "b")
        return f"a {operator} {last}"
    if "Interval" in signature or "Instant" in signature:
        result = signature.split("-> ")[1]
        return f"{result}(nanoseconds: a.nanoseconds {other} b.nanoseconds)"
    if "[T]" in signature:
        return "a + b" if other == operator else "b + a"
    if "autoclosure" in signature:
        return f"try a {other} b()"
    return f"a {other} b"


def infix_declarations(site):
    first = site.mutants[0].id
    lines = [f"infix operator {name_of(first)} : {INFIX[site.value][1]}Precedence"]
    returns = "" if INFIX[site.value][1] == "Assignment" else "return "
    for signature in signatures(site.value)[site.variant]:
        body = "".join(
            f"if isMutant({mutant.id}) {{ {returns}{infix_body(signature, site.value, other)}"
            f"{'' if returns else '; return'} }}; "
            for mutant, other in zip(site.mutants, site.extra))
        body += returns + infix_body(signature, site.value, site.value)
        lines.append(f"func {name_of(first)} {signature} {{ {body} }}")
    return lines


def declarations(site):
    first = site.mutants[0].id
    name = name_of(first)
    if site.kind == "infix":
        return infix_declarations(site)
    if site.kind == "prefix":
        kind, value = ("Bool", "Bool") if site.value == "!" else ("<T: SignedNumeric>", "T")
        generic = "" if value == "Bool" else kind
        return [
            f"prefix operator {name}",
            f"prefix func {name} {generic}(a: {value}) -> {value} "
            f"{{ isMutant({first}) ? a : {site.value}a }}"]
    if site.kind == "condition":
        return [
            f"infix operator {name} : MutantConditionPrecedence",
            f"func {name} (a: Bool, b: Int) -> Bool "
            f"{{ isMutant({first}) ? true : isMutant({first + 1}) ? false : a }}"]
    if site.kind == "extreme":
        other = "max" if site.value == "min" else "min"
        return [
            f"func extreme{first}<T: Comparable>(_ a: T, _ b: T) -> T "
            f"{{ isMutant({first}) ? {other}(a, b) : {site.value}(a, b) }}"]
    return []


def edits(site):
    """(start, end, order, text) for each change of the source."""
    first, start, end = site.mutants[0].id, site.start, site.end
    if site.kind in ("infix", "prefix"):
        return [(start, end, REPLACED, name_of(first))]
    if site.kind == "literal":
        others = ", ".join(site.extra)
        return [(start, end, REPLACED, f"mutantLiteral({first}, {site.value}, {others})")]
    if site.kind == "extreme":
        return [(start, end, REPLACED, f"extreme{first}")]
    if site.kind == "member":
        text = f"(isMutant({first}) ? .{site.extra[0]} : .{site.value})"
        return [(start, end, REPLACED, text)]
    if site.kind == "condition":
        return [(end, end, CONDITION_END, f" {name_of(first)} 0")]
    if site.kind == "clause":
        return [(end, end, CLAUSE_END, f", isNotMutant({first})")]
    if site.kind == "result":
        return [(start, start, RESULT, f"isMutant({first}) ? {site.value} : ")]
    if site.kind == "value":
        return [(start, start, BODY, f"if isMutant({first}) {{ return {site.value} }}; return ")]
    if site.kind in ("body", "leave"):
        order = BODY if site.kind == "body" else STATEMENT
        return [(start, start, order, f"if isMutant({first}) {{ return }}; ")]
    return [
        (start, start, STATEMENT, f"if isNotMutant({first}) {{ "), (end, end, STATEMENT_END, " }")]


def mutated(source, sites):
    """The text with every site's edits, and where each site then stands: (line, column, site)."""
    changes = sorted(
        ((start, order, end, text, site) for site in sites for start, end, order, text in edits(site)),
        key=lambda change: change[:3])
    parts, places, at, length = [], [], 0, 0
    for start, _, end, text, site in changes:
        parts += [source.text[at:start], text]
        length += start - at
        places.append((length, site))
        length += len(text)
        at = end
    parts.append(source.text[at:])
    whole = "".join(parts)
    located = []
    for offset, site in places:
        line_start = whole.rfind("\n", 0, offset) + 1
        column = len(whole[line_start:offset].encode()) + 1
        located.append((whole.count("\n", 0, offset) + 1, column, site))
    return whole, located


def helper(module, sites, count, imports):
    lines = [HEAD % {"count": max(count, 1), "module": module,
                     "imports": "\n".join(f"import {name}" for name in imports)}]
    for site in sites:
        lines += declarations(site)
    return "\n".join(lines) + "\n"
