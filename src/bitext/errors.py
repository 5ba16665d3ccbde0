"""The one root exception and its few children.

A message is one line that says what is wrong, where, what was found and what to do. The command line prints it and
exits with 1; a traceback is always a defect of ours.
"""


class BitextError(Exception):
    """Something outside the program is wrong: a file, a setting, the disk."""


class InputError(BitextError):
    """A document or its text can't be used."""


class HandoverError(BitextError):
    """A hand-over file (JSONL) is cut, foreign or of an unknown version."""


class PackageError(BitextError):
    """A translation package is missing, damaged or hostile."""


class MemoryFileError(BitextError):
    """A translation memory is damaged, foreign or in use."""


class OutputError(BitextError):
    """A result can't be written; what stood there before still stands."""
