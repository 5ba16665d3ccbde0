"""Translations kept between runs, in one SQLite file."""

from bitext.translation.memory.lookup import Match as Match
from bitext.translation.memory.lookup import Memory as Memory
from bitext.translation.memory.store import Pair as Pair
from bitext.translation.memory.store import Stats as Stats
from bitext.translation.memory.use import check_languages as check_languages
from bitext.translation.memory.use import pairs_of as pairs_of
from bitext.translation.memory.use import suggestions as suggestions
from bitext.translation.memory.use import translate_with_memory as translate_with_memory
