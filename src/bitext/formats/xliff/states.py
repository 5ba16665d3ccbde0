"""What XLIFF calls the state of a unit, out and in."""

from __future__ import annotations

from bitext.records import Unit

V12 = {"initial": "new", "translated": "needs-review-translation", "reviewed": "translated", "final": "final"}
QUALIFIERS = {"mt": "leveraged-mt", "memory": "leveraged-tm"}  # of XLIFF 1.2
REJECTED = "rejected-inaccurate"  # the same
SUB_REJECTED = "bitext:rejected"  # subState of XLIFF 2


def state(u: Unit) -> str:
    """XLIFF 2: initial (no text, or rejected), translated (by a machine), reviewed (a human's), final (approved)."""
    if not u.target_text or u.status == "rejected":
        return "initial"
    if u.status == "approved":
        return "final"
    return "reviewed" if u.origin == "human" else "translated"


def format_state(u: Unit) -> str:
    """The attributes of a segment of XLIFF 2."""
    return f'state="{state(u)}"' + (f' subState="{SUB_REJECTED}"' if u.status == "rejected" else "")


def parse_state(state: str, sub_state: str, origin: str) -> str:
    """The status of a unit. `reviewed` is what a human's text begins with; a machine's got there by a reviewer."""
    if state == "initial":
        return "rejected" if sub_state == SUB_REJECTED else "new"
    return "approved" if state == "final" or (state == "reviewed" and origin != "human") else "new"


def format_state_12(u: Unit) -> str:
    """The attributes of a target of XLIFF 1.2."""
    if u.status == "rejected":
        return f'state="needs-translation" state-qualifier="{REJECTED}"'
    qualifier = QUALIFIERS.get(u.origin)
    return f'state="{V12[state(u)]}"' + (f' state-qualifier="{qualifier}"' if qualifier else "")


def parse_state_12(state: str, qualifier: str, origin: str, *, approved: bool) -> str:
    """The same for XLIFF 1.2."""
    if approved or state in {"final", "signed-off"} or (state == "translated" and origin in QUALIFIERS):
        return "approved"
    return "rejected" if qualifier.startswith("rejected") else "new"
