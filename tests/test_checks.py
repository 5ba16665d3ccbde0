import pytest

from bitext.checks import REASONS, flag

CASES = [
    # source, target, flags
    ("اجتمع الوفد.", "The delegation met.", ()),
    ("قتل 15 شخصا.", "15 people were killed.", ()),
    ("قتل ١٥ شخصا.", "15 people were killed.", ()),
    ("قتل 15 شخصا.", "Fifteen people were killed.", ()),
    ("قتل 15 شخصا.", "Some people were killed.", ("numbers",)),
    ("بلغت 1,500 طن.", "It reached 1500 tons.", ()),
    ("بلغت ١٫٥ طن.", "It reached 1.5 tons.", ()),
    ("شاهده 10،000 متفرج.", "10,000 spectators saw it.", ()),
    ("يدفع نفقات العمليات.", "He pays for $19.", ("numbers",)),
    ("في 3 مارس.", "On the third of March.", ()),
    ("في ذلك العام.", "In the year 1979.", ("numbers",)),
    ("في السابع من مارس.", "On March 7.", ()),
    ("شركة Google الأميركية.", "The American company google.", ()),
    ("شركة Google الأميركية.", "The American company.", ("names",)),
    ("قال ذلك.", "He said ذلك so.", ("untranslated",)),
    ("قال ذلك.", "He said the the same.", ("repeated",)),
    ("قال ذلك.", "He said it had had enough.", ()),
    ("قال ذلك وأكد.", "He said that he said that he said so.", ("repeated",)),
    ("فبراير (شباط) الماضي.", "Last February.", ("brackets",)),
    ("فبراير (شباط) الماضي.", "Last February (Shubat).", ()),
    ("زار \"إيران إنترناشيونال\".", "He visited Iran International.", ()),
    ("قال: \"لقد قمنا بعمل عظيم الآن هنا\".", "He said we did a great work here now.", ("quotes",)),
    ("قال: «لا».", "He said: \"No.", ("quotes",)),
    ("هل جاء؟", "Did he come?", ()),
    ("هل جاء؟", "He came.", ("end-mark",)),
    ("عنوان بلا نقطة", "A title with a stop.", ("end-mark",)),
    ("قال: «لا».", "He said: “No.”", ()),
    ("قال ذلك.", "", ("empty",)),
    ("", "He said.", ()),
    ("نص \u202eمقلوب.", "A text turned.", ("bidi",)),
    ("واتفق الحضور على أن جميع الفروع يجب أن تتعاون مع بعضها البعض في جميع المناطق.", "They agreed.", ("length",)),
    ("نعم.", "Yes, of course, if you say so.", ()),
]


@pytest.mark.parametrize(("source", "target", "expected"), CASES)
def test_flags(source, target, expected):
    assert flag(source, target, "ar", "en") == expected


def test_every_kind_has_a_case():
    seen = {f for *_, flags in CASES for f in flags}
    # given by the engine, the beads, the memory, and readers of CAT tools' files
    engine = {"loop", "retried", "cut", "split", "low-score", "one-sided", "other-numbers", "tags"}
    assert seen | engine == set(REASONS)


def test_other_pairs_have_no_script_to_leave_over():
    assert flag("Il a dit oui.", "He said oui.", "fr", "en") == ()
    assert flag("سلام دنیا.", "مرحبا يا دنيا.", "fa", "ar") == ()
