"""Adds up the XML reports of surefire and failsafe below the folders given as name=folder.

Prints every failure and every skipped test with its reason, and for the first failures where in the
tests they happened and the end of what was written meanwhile; then "<passed> <failed> <skipped>" as
the last line. A test that was skipped because a service is missing counts as failed.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

MISSING_SERVICE = " is missing: "
SHOWN = 60
TOLD = 5
OWN = "at io.github.celeryjava."
FRAME = re.compile(r"\s*(at \S+\(|\.\.\. \d+ common frames)")
MOST_FRAMES = 12
MOST_LINES = 60
MOST_CHARACTERS = 240


def main(folders):
    passed, failures, skips, stories = 0, [], [], []
    for run, _, folder in (each.partition("=") for each in folders):
        for report in sorted(Path(folder).glob("*/target/*-reports/TEST-*.xml")):
            for case in ElementTree.parse(report).getroot().iter("testcase"):
                name = f"{case.get('classname', '?').rpartition('.')[2]}.{case.get('name', '?')} ({run})"
                bad = next((each for each in case if each.tag in ("failure", "error")), None)
                skip = case.find("skipped")
                if bad is not None:
                    failures.append((name, reason(bad)))
                    stories.append((name, story(case, bad)))
                elif skip is None:
                    passed += 1
                elif MISSING_SERVICE in reason(skip):
                    failures.append((name, reason(skip)))
                else:
                    skips.append((name, reason(skip)))
    show("FAILED", failures)
    show("skipped", skips)
    for name, lines in stories[:TOLD]:
        print(f"  {name}:")
        for line in lines:
            print("    " + line[:MOST_CHARACTERS])
    print(passed, len(failures), len(skips))


def reason(element):
    text = element.get("message") or element.text or element.get("type") or "no reason given"
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return " | ".join(lines[:3])[:300]


def story(case, bad):
    frames = [line.strip() for line in (bad.text or "").splitlines() if OWN in line]
    written = []
    for stream in ("system-out", "system-err"):
        lines = [line for line in (case.findtext(stream) or "").splitlines() if not FRAME.match(line)]
        lines = lines[-MOST_LINES:]
        written += [f"end of {stream}:", *lines] if lines else []
    return frames[:MOST_FRAMES] + written


def show(title, cases):
    for name, why in cases[:SHOWN]:
        print(f"  {title} {name}: {why}")
    if len(cases) > SHOWN:
        print(f"  and {len(cases) - SHOWN} more {title}")


main(sys.argv[1:])
