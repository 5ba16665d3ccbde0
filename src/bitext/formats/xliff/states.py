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


def format_state_12(u: Unit) -> str:
    """The attributes of a target of XLIFF 1.2."""
    if u.status == "rejected":
        return f'state="needs-translation" state-qualifier="{REJECTED}"'
    qualifier = QUALIFIERS.get(u.origin)
    return f'state="{V12[state(u)]}"' + (f' state-qualifier="{qualifier}"' if qualifier else "")
