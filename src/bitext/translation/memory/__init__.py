"""Translations kept between runs, in one SQLite file."""

from bitext.translation.memory.lookup import Match as Match
from bitext.translation.memory.lookup import Memory as Memory
from bitext.translation.memory.store import Pair as Pair
from bitext.translation.memory.store import Stats as Stats
