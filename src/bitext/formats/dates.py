"""The only date that an output may hold: the one that the user gives."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from bitext.errors import InputError

VARIABLE = "SOURCE_DATE_EPOCH"  # https://reproducible-builds.org/specs/source-date-epoch/


def source_date() -> str | None:
    """The date in SOURCE_DATE_EPOCH as TMX has it, YYYYMMDDThhmmssZ; None where the variable is unset or empty.

    Raises:
        InputError: it holds no number of seconds, or one that is no date of four-digit year.
    """
    value = os.environ.get(VARIABLE)
    if not value:
        return None
    try:
        if not (value.isascii() and value.isdecimal()):
            raise ValueError
        return datetime.fromtimestamp(int(value), UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, OverflowError, OSError):
        raise InputError(f"{VARIABLE}={value}: no date; give whole seconds since 1970, as in 1700000000, "
                         "or unset it") from None
