# SPDX-License-Identifier: Apache-2.0
"""What a run of all mutants says, as text and as JSON."""

import json
from collections import Counter

KILLED = ("killed", "timeout")


def rows(mutants):
    """Per file: killed, survived, equivalent."""
    table = {}
    for mutant in mutants:
        row = table.setdefault(mutant.path, Counter())
        row[group(mutant)] += 1
    return table


def group(mutant):
    if mutant.fate in KILLED:
        return "killed"
    return "equivalent" if mutant.reason else "survived"


def score(counts):
    """Of the mutants that a test could tell from the original, the share that one did."""
    judged = counts["killed"] + counts["survived"]
    return counts["killed"] / judged if judged else 1.0


def total(mutants):
    return Counter(group(mutant) for mutant in mutants)


def text(mutants, dropped, stale, seconds):
    lines = [f"{'killed':>7} {'survived':>9} {'equivalent':>11} {'score':>7}  file"]
    table = rows(mutants)
    for path in sorted(table):
        lines.append(row(table[path], path))
    lines.append(row(total(mutants), "all"))
    for title, kind in (("Survivors", "survived"), ("Equivalent, with the reason", "equivalent")):
        chosen = [mutant for mutant in mutants if group(mutant) == kind]
        if chosen:
            lines += ["", f"{title}:"]
        for mutant in chosen:
            lines += [f"  {mutant.path}:{mutant.line}:{mutant.column}: {mutant.change}",
                      f"      {mutant.text}"]
            why = mutant.reason or ("no test reaches it" if mutant.fate == "unmet" else "")
            if why:
                lines.append(f"      {why}")
    if dropped:
        lines += ["", f"{len(dropped)} mutants did not compile:"]
        lines += [f"  {m.path}:{m.line}:{m.column}: {m.change}" for m in dropped]
    if stale:
        lines += ["", "In the list of equivalents, but killed or not made: take them out."]
        lines += [f"  {file}: {line}\n      {change}" for file, line, change in stale]
    counts = total(mutants)
    everything = counts["killed"] / max(1, len(mutants))
    timeouts = sum(mutant.fate == "timeout" for mutant in mutants)
    lines += ["", f"{len(mutants)} mutants, {counts['killed']} killed ({timeouts} by time), "
              f"{counts['survived']} survived, {counts['equivalent']} equivalent, "
              f"{len(dropped)} did not compile, in {seconds:.0f} s: "
              f"score {score(counts):.1%} ({everything:.1%} with the equivalent ones)"]
    return "\n".join(lines)


def row(counts, name):
    return (f"{counts['killed']:7} {counts['survived']:9} {counts['equivalent']:11} "
            f"{score(counts):7.1%}  {name}")


def as_json(mutants, dropped, stale, seconds):
    def described(mutant):
        return {
            "file": mutant.path, "line": mutant.line, "column": mutant.column,
            "text": mutant.text, "change": mutant.change, "fate": mutant.fate,
            "reason": mutant.reason, "test": mutant.test}

    counts = total(mutants)
    return json.dumps({
        "score": round(score(counts), 4),
        "score_with_equivalents": round(counts["killed"] / max(1, len(mutants)), 4),
        "mutants": len(mutants), **{k: counts[k] for k in ("killed", "survived", "equivalent")},
        "dropped": len(dropped), "stale": [list(key) for key in stale],
        "seconds": round(seconds, 1),
        "files": {path: {**counts, "score": round(score(counts), 4)}
                  for path, counts in sorted(rows(mutants).items())},
        "survivors": [described(m) for m in mutants if group(m) != "killed"],
    }, indent=2)
