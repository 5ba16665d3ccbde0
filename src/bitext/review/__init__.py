"""What reviewers decided on the page comes back and is applied to the units."""

from __future__ import annotations

from bitext.review.apply import Conflict, apply, apply_reviews
from bitext.review.verdicts import Decision, Review, State, Verdict, read_verdicts

__all__ = ["Conflict", "Decision", "Review", "State", "Verdict", "apply", "apply_reviews", "read_verdicts"]
