"""Translation with Argos Translate packages, offline."""

from bitext.translation.translator import Translator as Translator
from bitext.translation.translator import translate_document as translate_document
