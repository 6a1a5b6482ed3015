# SPDX-License-Identifier: Apache-2.0
"""Swift text cut into tokens: as much of the grammar as finding places to mutate needs."""

import re
from dataclasses import dataclass

OPERATOR = re.compile(r"[/=\-+!*%<>&|^~?]+|\.\.\.|\.\.<")
NUMBER = re.compile(r"0x[0-9A-Fa-f_]+|0b[01_]+|[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?")
WORD = re.compile(r"[#@]?[A-Za-z_][A-Za-z_0-9]*|`[A-Za-z_0-9]+`|\$[0-9]+")


@dataclass
class Token:
    kind: str  # word, number, string, operator or mark
    text: str
    start: int
    line: int
    # Whether white space (or a bracket that counts as such) stands on each side.
    open_before: bool = False
    open_after: bool = False

    @property
    def end(self):
        return self.start + len(self.text)

    @property
    def is_infix(self):
        return self.kind == "operator" and self.open_before == self.open_after

    @property
    def is_prefix(self):
        return self.kind == "operator" and self.open_before and not self.open_after


def string_end(text, at):
    """The index behind the string literal that begins here, raw or of many lines or neither."""
    hashes = len(re.match(r"#*", text[at:]).group())
    at += hashes
    quote = '"""' if text.startswith('"""', at) else '"'
    at += len(quote)
    closing = quote + "#" * hashes
    escape = "\\" + "#" * hashes
    while not text.startswith(closing, at):
        if text.startswith(escape + "(", at):
            at = interpolation_end(text, at + len(escape))
        elif text.startswith(escape, at):
            at += len(escape) + 1
        else:
            at += 1
    return at + len(closing)


def interpolation_end(text, at):
    """The index behind the bracket that closes the one here."""
    depth = 0
    while True:
        if text[at] == '"':
            at = string_end(text, at)
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at


def comment_end(text, at):
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    depth, at = 1, at + 2
    while depth:
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
        else:
            at += 1
    return at


def tokenise(text):
    tokens, at, line = [], 0, 1
    while at < len(text):
        if text[at].isspace():
            line += text[at] == "\n"
            at += 1
            continue
        if text.startswith(("//", "/*"), at):
            end = comment_end(text, at)
            line += text.count("\n", at, end)
            at = end
            continue
        kind, end = one(text, at)
        before = text[at - 1] if at else "\n"
        after = text[end] if end < len(text) else "\n"
        tokens.append(
            Token(kind, text[at:end], at, line, before in " \n\t([{,;:", after in " \n\t)]},;:")
        )
        line += text.count("\n", at, end)
        at = end
    return tokens


def one(text, at):
    if text[at] == '"' or re.match(r'#+"', text[at:]):
        return "string", string_end(text, at)
    for kind, pattern in (("word", WORD), ("number", NUMBER), ("operator", OPERATOR)):
        found = pattern.match(text, at)
        if found:
            return kind, found.end()
    return "mark", at + 1


def partners(tokens):
    """For each bracket its other one, both ways, by index."""
    pairs, stack = {}, []
    for index, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in "([{":
            stack.append(index)
        elif token.text in ")]}" and stack:
            opening = stack.pop()
            pairs[opening], pairs[index] = index, opening
    return pairs
