"""What a memory knows of a text: the same one, the same with other numbers, similar ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bitext.arabic import comparison_key, key_words
from bitext.translation.memory.keys import Keys, exact_key, keys
from bitext.translation.memory.numbers import NUMBER, substitute
from bitext.translation.memory.store import Store, named

SIMILAR = 0.75          # least share of words in common of a suggestion
ALMOST = 0.99           # the most that a similar text can have: only the same one has 1
LOOKED_AT = 100         # units of one shape that are compared; candidates whose distance is computed
POSTINGS = 20_000       # how many entries of the index of words a search may read, where it has a choice
COUNTS = 100_000        # words whose frequency is kept in memory


@dataclass(frozen=True, slots=True)
class Match:
    """A translation that a memory has for a text."""

    source: str             # as it stands in the memory
    target: str
    score: float            # 1 the same by its key; below: share of words
    approved: bool
    numbers: bool = False   # the target's numbers were put in the place of others


class Memory(Store):
    """A memory's file, opened; one thread at a time may use it."""

    def exact(self, text: str, before: str = "", after: str = "") -> Match | None:
        """The translation of the same text (by its comparison key), or of the same text with other numbers.

        Of several: what stood between the same neighbours, then beside one of them, then what is approved, then
        what is spelt the same, then the newest. Other numbers come after all of these.

        Args:
            text: of a segment.
            before: of the segment before it; "" if there is none.
            after: of the segment after it.
        """
        k = keys(text)
        context = exact_key(before), exact_key(after)
        return self._exact(text, k, *context) or self._other_numbers(text, k, *context)

    def similar(self, text: str, *, min_score: float = SIMILAR, limit: int = 5) -> list[Match]:
        """Translations of texts that share words with this one, best first; the same text is not among them.

        The score is 1 − d / max(n, m): d insertions, deletions and replacements of words between n and m words
        (Levenshtein). Numbers count as one word.

        Args:
            text: of a segment.
            min_score: from 0.5 to 1; least score.
            limit: how many at most.
        """
        from rapidfuzz.distance import Levenshtein

        k = keys(text)
        with named(self.path):
            found: dict[int, tuple[float, int]] = {}
            for unit, source in self._candidates(k.words, min_score):
                theirs = comparison_key(source)
                if theirs != k.text:
                    score = Levenshtein.normalized_similarity(k.words, _words(theirs), score_cutoff=min_score)
                    if score >= min_score:
                        found[unit] = min(score, ALMOST), unit
            best = sorted(found.values(), reverse=True)[:limit]
            return [m for score, unit in best if (m := self._of_unit(unit, score))]

    def best(self, text: str, *, min_score: float = SIMILAR, limit: int = 5) -> list[Match]:
        """`exact` without neighbours, then `similar`, each source once."""
        same = self.exact(text)
        others = self.similar(text, min_score=min_score, limit=limit)
        return [*([same] if same else []), *(m for m in others if same is None or m.source != same.source)][:limit]

    def containing(self, text: str, limit: int = 20) -> list[Match]:
        """Units whose source holds all words of a text, whatever their order; the newest first."""
        words = dict.fromkeys(_words(comparison_key(text)))
        if not words:
            return []
        with named(self.path):
            query = " AND ".join(f'"{w}"' for w in words)
            ids = [i for i, in self._db.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?", (query, limit))]
            return [m for i in ids if (m := self._of_unit(i, 0.0))]

    def _exact(self, text: str, k: Keys, before: int, after: int) -> Match | None:
        with named(self.path):
            rows = self._db.execute(
                "SELECT source, target, approved FROM units WHERE key = ? AND before = ? AND after = ? "
                "ORDER BY approved DESC, source = ? DESC, turn DESC, id DESC LIMIT 1",
                (k.exact, before, after, text)).fetchall() if before or after else []
            rows = rows or self._db.execute(
                "SELECT source, target, approved FROM units WHERE key = ? ORDER BY (before = ? AND before != 0) + "
                "(after = ? AND after != 0) DESC, approved DESC, source = ? DESC, turn DESC, id DESC LIMIT 1",
                (k.exact, before, after, text)).fetchall()
        # A hash may be that of another text, once in billions.
        return next((Match(s, t, 1.0, bool(a)) for s, t, a in rows if comparison_key(s) == k.text), None)

    def _other_numbers(self, text: str, k: Keys, before: int, after: int) -> Match | None:
        if k.shape is None:
            return None
        with named(self.path):
            rows = self._db.execute(
                "SELECT source, target, approved FROM (SELECT * FROM units WHERE shape = ? ORDER BY id DESC LIMIT ?) "
                "ORDER BY (before = ? AND before != 0) + (after = ? AND after != 0) DESC, approved DESC, turn DESC, "
                "id DESC", (k.shape, LOOKED_AT, before, after)).fetchall()
        shape = NUMBER.sub("0", k.text)
        for source, target, approved in rows:
            if NUMBER.sub("0", comparison_key(source)) == shape and (new := substitute(source, target, text)):
                return Match(source, new, ALMOST, bool(approved), numbers=True)
        return None

    def _candidates(self, words: Sequence[str], min_score: float) -> list[tuple[int, str]]:
        """Ids and sources of units that may be similar enough, those with most words in common first.

        With d ≤ (1 − s) · max(n, m) and m − n ≤ d, d is at most n · (1 − s) / s: so many of the n words may be missing
        in a similar text, and of any one word more, one is there. The rarest are asked for.
        """
        distinct = dict.fromkeys(words)
        missing = int(len(words) * (1 - min_score) / min_score + 1e-9)
        counted = sorted((n, w) for w in distinct if (n := self._count(w)))
        missing -= len(distinct) - len(counted)
        if missing < 0 or not counted:
            return []
        asked = counted[:missing + 1]
        read = sum(n for n, _ in asked)
        for n, w in counted[missing + 1:]:
            if (read := read + n) > POSTINGS:
                break
            asked.append((n, w))
        union = " UNION ALL ".join(["SELECT rowid AS id FROM words WHERE words MATCH ?"] * len(asked))
        return self._db.execute(
            f"SELECT units.id, source FROM (SELECT id, count(*) AS n FROM ({union}) GROUP BY id "  # noqa: S608
            "HAVING n >= ? ORDER BY n DESC, id DESC LIMIT ?) JOIN units USING (id)",
            (*(f'"{w}"' for _, w in asked), len(asked) - missing, LOOKED_AT)).fetchall()

    def _count(self, word: str) -> int:
        """In how many sources a word stands; may be out of date while another process writes."""
        if word not in self._counts:
            row = self._db.execute("SELECT doc FROM counts WHERE term = ?", (word,)).fetchone()
            if row is None:
                return 0
            if len(self._counts) >= COUNTS:
                self._counts.clear()
            self._counts[word] = row[0]
        return self._counts[word]

    def _of_unit(self, unit: int, score: float) -> Match | None:
        source, = self._db.execute("SELECT source FROM units WHERE id = ?", (unit,)).fetchone()
        found = self._exact(source, keys(source), 0, 0)
        return found and Match(found.source, found.target, round(score, 4), found.approved)


def _words(key: str) -> list[str]:
    return key_words(NUMBER.sub("0", key))
