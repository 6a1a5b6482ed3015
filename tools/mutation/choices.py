# SPDX-License-Identifier: Apache-2.0
"""What takes the place of an operator, a number, a result or a reason."""

# Each operator, what takes its place, and the precedence group that all of them share.
INFIX = {
    "<": (("<=", ">="), "Comparison"), "<=": (("<", ">"), "Comparison"),
    ">": ((">=", "<="), "Comparison"), ">=": ((">", "<"), "Comparison"),
    "==": (("!=",), "Comparison"), "!=": (("==",), "Comparison"),
    "&&": (("||",), "LogicalConjunction"), "||": (("&&",), "LogicalDisjunction"),
    "+": (("-",), "Addition"), "-": (("+",), "Addition"),
    "&+": (("&-",), "Addition"), "&-": (("&+",), "Addition"),
    "|": (("&",), "Addition"), "^": (("|",), "Addition"),
    "*": (("/",), "Multiplication"), "/": (("*",), "Multiplication"),
    "&*": (("&+",), "Multiplication"), "&": (("|",), "Multiplication"),
    "%": (("*",), "Multiplication"), "<<": ((">>",), "BitwiseShift"),
    ">>": (("<<",), "BitwiseShift"), "+=": (("-=",), "Assignment"), "-=": (("+=",), "Assignment"),
    "*=": (("/=",), "Assignment"), "/=": (("*=",), "Assignment"),
    "^=": (("|=",), "Assignment"), "|=": (("&=",), "Assignment"), "&=": (("|=",), "Assignment"),
    "..<": (("one less", "one more"), "RangeFormation"),
    "...": (("one less",), "RangeFormation"), "??": (("the right side",), "NilCoalescing"),
}
PREFIX = {"!": "nothing", "-": "nothing"}
ROUNDING = {"down": "up", "up": "down", "towardZero": "up"}


def alternatives(number):
    """One more and one less; twice and half of what is no whole number."""
    text = number.replace("_", "")
    if "." in text or ("e" in text.lower() and not text.startswith("0x")):
        value = float(text)
        return (repr(value * 2), repr(value / 2)) if value else ("1.0",)
    value = int(text, 0)
    return (str(value + 1), str(value - 1)) if value else ("1",)


def constant(result):
    """What a function may return instead, by its type; "" where nothing is known."""
    if result.endswith("?"):
        return "nil"
    if result.startswith("[") and ":" not in result:
        return "[]"
    if result in ("Double", "Float", "Int") or result.startswith(("UInt", "Int")):
        return "0" if result != "Interval" else ""
    return ""


def enum_cases(sources):
    """For each case without a payload the next one of its enum."""
    following = {}
    for source in sources:
        for block, kind in source.blocks.items():
            if kind != "enum":
                continue
            names = []
            for index in range(block, source.pairs[block]):
                if source.is_word(index, "case") and source.parents[index] == block:
                    end = source._pattern_end(index)
                    names += [
                        source.tokens[i].text for i in range(index + 1, end)
                        if source.tokens[i].kind == "word" and source.parents[i] == block
                        and not source.is_mark(i + 1, "(") and not source.is_mark(i - 1, "=")]
            for name, other in zip(names, names[1:] + names[:1]):
                following.setdefault(name, other)
    return following
