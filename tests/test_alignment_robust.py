"""Texts as they come: furniture, tables, foreign blocks, omissions, front matter, a moved paragraph, very short segments.

What the damage doesn't touch must be linked as before, and what stands on one side only must be said to.
"""

import pytest

from bitext import Segment, align

PAIRS = [
    ("افتتحت البلدية مكتبة عامة جديدة قرب الميناء القديم.", "The town opened a new public library near the old harbour."),
    ("يضم المبنى ثلاث قاعات للقراءة وحديقة صغيرة على السطح.", "The building has three reading rooms and a small garden on the roof."),
    ("كانت الكتب محفوظة من قبل في مخزن رطب تحت السوق.", "The books had been kept in a damp store under the market."),
    ("عملت سلمى أمينة للمكتبة منذ عام 1998.", "Salma has worked as a librarian since 1998."),
    ("تقول إن أكثر الزوار من تلاميذ المدارس المجاورة.", "She says that most visitors are pupils of the schools nearby."),
    ("يأتون بعد الظهر ويبقون حتى ساعة الإغلاق.", "They come in the afternoon and stay until closing time."),
    ("يفضل كبار السن قراءة الصحف في الصباح.", "Older people prefer to read the newspapers in the morning."),
    ("تبرع نجار من الحي بأربعين كرسيا صنعها بيديه.", "A carpenter from the quarter gave forty chairs that he had made himself."),
    ("استغرق نقل الكتب أسبوعين كاملين.", "It took two whole weeks to move the books."),
    ("شارك في العمل أكثر من مئة متطوع.", "More than a hundred volunteers took part in the work."),
    ("حمل الأطفال الكتب الخفيفة في أكياس من القماش.", "Children carried the lighter books in cloth bags."),
    ("أما المجلدات الثقيلة فنقلت على عربة يجرها حمار.", "The heavy volumes were moved on a cart drawn by a donkey."),
    ("يزرع عمي الزيتون والليمون في أرضه خلف التل.", "My uncle grows olives and lemons on his land behind the hill."),
    ("ينهض قبل الفجر ليسقي الأشجار قبل أن يشتد الحر.", "He gets up before dawn to water the trees before it gets too hot."),
    ("حفر جده البئر في سنة جفاف لا ينساها أحد.", "His grandfather dug the well in a year of drought that nobody forgets."),
    ("كان الماء على عمق ستين مترا.", "The water lay sixty metres down."),
    ("تعمل المضخة اليوم بالطاقة الشمسية.", "Today the pump runs on solar power."),
    ("في الخريف تجتمع العائلة كلها لقطف الزيتون.", "In autumn the whole family gathers to pick the olives."),
    ("يفرش الرجال الشباك تحت الأشجار ويهزون الأغصان.", "The men spread nets under the trees and shake the branches."),
    ("تغني النساء أغاني قديمة وهن يفرزن الحبات.", "The women sing old songs while they sort the fruit."),
    ("ثم يحمل المحصول إلى المعصرة في القرية التالية.", "Then the harvest is taken to the press in the next village."),
    ("للزيت الجديد طعم حاد يلسع الحلق قليلا.", "The new oil has a sharp taste that stings the throat a little."),
    ("نأكله مع الخبز الساخن والملح الخشن.", "We eat it with hot bread and coarse salt."),
    ("بيعت في العام الماضي 850 زجاجة منه في المدينة.", "Last year 850 bottles of it were sold in the city."),
    ("انطلق القطار الليلي متأخرا بسبب عطل في المحرك.", "The night train left late because of a fault in the engine."),
    ("نام معظم المسافرين قبل أن تجتاز العربات النهر.", "Most passengers were asleep before the carriages crossed the river."),
    ("وزع المضيف الشاي وسأل عن الوجهة التالية.", "The steward handed out tea and asked about the next stop."),
    ("كانت امرأة تطرز منديلا أزرق قرب النافذة.", "A woman was embroidering a blue handkerchief by the window."),
    ("حكى لنا ضابط متقاعد عن رحلاته في الصحراء.", "A retired officer told us about his journeys in the desert."),
    ("عند الفجر ظهرت الجبال مغطاة بالثلج.", "At dawn the mountains appeared, covered with snow."),
    ("توقفنا ساعة في محطة صغيرة لا اسم لها.", "We stopped for an hour at a small station without a name."),
    ("ووصلنا أخيرا والمدينة تستيقظ على صوت الباعة.", "And at last we arrived, as the city was waking to the cries of the traders."),
]
ARABIC, ENGLISH = map(list, zip(*PAIRS, strict=True))
N = len(PAIRS)
FOREIGN = [
    "Preheat the oven and grease a shallow tin.", "Beat the eggs with the sugar until they are pale.",
    "Sift in the flour and a pinch of baking powder.", "Fold in the melted butter with a wooden spoon.",
    "Pour the batter into the tin and smooth the top.", "Bake until a needle comes out clean.",
    "Let the cake cool before you cut it.", "Serve with whipped cream and strawberries.",
]
FRONT = ["All rights reserved.", "First published by Harbour Press.", "Printed on recycled paper.", "ISBN 978-0-00-000000-2",
         "Contents", "For my mother, who taught me to read."]
ENCODERS = pytest.mark.parametrize("encoder", [True, False], ids=["encoder", "no encoder"])


def links(source, target, **options):
    beads = align(source, target, **options)
    assert [i for b in beads for i in b.source] == list(range(len(source)))
    assert [j for b in beads for j in b.target] == list(range(len(target)))
    return {(b.source, b.target) for b in beads}


def right(found, pairs):
    """The share of the pairs that are linked, each by itself."""
    return sum(((i,), (j,)) in found for i, j in pairs) / len(pairs)


def alone(found, indices, side):
    """The share of these segments that stand on one side only, or among each other."""
    single = {i for link in found if not link[1 - side] for i in link[side]}
    return len(single & set(indices)) / len(indices)


def test_as_they_are():
    assert right(links(ARABIC, ENGLISH), [(i, i) for i in range(N)]) == 1


@pytest.mark.parametrize("side", [0, 1])
def test_furniture_on_one_side(side):
    """A header and a footer on each page of eight sentences."""
    furniture = (["المجلة الشهرية للمدينة", "صفحة {}"], ["The Town Monthly", "Page {}"])[side]
    texts, places, extra = [], [], []
    for n, text in enumerate((ARABIC, ENGLISH)[side]):
        if n % 8 == 0:
            extra += [len(texts), len(texts) + 1]
            texts += [furniture[0], furniture[1].format(n // 8 + 11)]
        places.append(len(texts))
        texts.append(text)
    found = links(texts, ENGLISH) if side == 0 else links(ARABIC, texts)
    assert right(found, [(p, n) if side == 0 else (n, p) for n, p in enumerate(places)]) >= .95
    assert alone(found, extra, side) >= .85


def test_furniture_on_both_sides():
    sides = []
    for texts, head in ((ARABIC, "المجلة الشهرية للمدينة"), (ENGLISH, "The Town Monthly")):
        sides.append([t for n, text in enumerate(texts) for t in ([head, text] if n % 8 == 0 else [text])])
    assert right(links(*sides), [(i, i) for i in range(len(sides[0]))]) >= .95


@ENCODERS
def test_table_of_numbers(encoder):
    """Rows of numbers that differ by a digit, alike on both sides."""
    table = [f"{1990 + n}  {37 * n % 90 + 10}  {53 * n % 800 + 100}" for n in range(20)]
    found = links([*ARABIC[:10], *table, *ARABIC[10:20]], [*ENGLISH[:10], *table, *ENGLISH[10:20]], encoder=encoder)
    assert right(found, [(i, i) for i in range(10, 30)]) >= .95
    if encoder:
        assert right(found, [(i, i) for i in range(40)]) >= .95


def test_table_in_one_text_only():
    table = [f"{1990 + n}  {37 * n % 90 + 10}  {53 * n % 800 + 100}" for n in range(20)]
    found = links(ARABIC, [*ENGLISH[:16], *table, *ENGLISH[16:]])
    assert right(found, [(i, i if i < 16 else i + 20) for i in range(N)]) >= .95
    assert alone(found, range(16, 36), 1) >= .95


def test_foreign_block():
    found = links(ARABIC, [*ENGLISH[:13], *FOREIGN, *ENGLISH[13:]])
    assert right(found, [(i, i if i < 13 else i + 8) for i in range(N)]) >= .95
    assert alone(found, range(13, 21), 1) >= .85


@ENCODERS
def test_twelve_sentences_omitted(encoder):
    """Without the encoder, a bridge says what is missing."""
    found = links(ARABIC, ENGLISH[:9] + ENGLISH[21:], encoder=encoder, bridge=None if encoder else ENGLISH)
    assert right(found, [(i, i if i < 9 else i - 12) for i in range(N) if not 9 <= i < 21]) >= .95
    assert alone(found, range(9, 21), 0) >= .9


def test_front_matter_in_one_text_only():
    found = links(ARABIC, FRONT + ENGLISH)
    assert right(found, [(i, i + 6) for i in range(N)]) >= .95
    assert alone(found, range(6), 1) >= .8


@pytest.mark.parametrize("paragraphs", [False, True], ids=["texts", "paragraphs"])
def test_one_moved_paragraph(paragraphs):
    """Sentences 4–8 of the source stand near the end of the target: one-sided on both, the rest undisturbed."""
    order = [*range(4), *range(9, 26), *range(4, 9), *range(26, N)]
    cuts = [0, 4, 9, 16, 26]
    sides = ARABIC, [ENGLISH[i] for i in order]
    if paragraphs:
        sides = [[Segment(f"x{n}", max(k for k, c in enumerate(cuts) if c <= i), 0, len(t), t)
                  for n, (i, t) in enumerate(zip(numbers, texts, strict=True))]
                 for numbers, texts in zip((range(N), order), sides, strict=True)]
    found = links(*sides)
    assert right(found, [(i, order.index(i)) for i in range(N) if not 4 <= i < 9]) >= .95
    assert alone(found, range(4, 9), 0) >= .8
    assert alone(found, range(21, 26), 1) >= .8


SHORT = [("نعم.", "Yes."), ("لا.", "No."), ("لماذا؟", "Why?"), ("شكرا.", "Thank you."), ("نعم.", "Yes."), ("الآن؟", "Now?"),
         ("لا.", "No.")]


def test_very_short_segments_among_long_ones():
    mixed = [pair for n, p in enumerate(PAIRS[:28]) for pair in ((p, SHORT[n // 4]) if n % 4 == 3 else (p,))]
    found = links(*map(list, zip(*mixed, strict=True)))
    assert right(found, [(i, i) for i in range(len(mixed))]) >= .95


def test_a_short_answer_left_out():
    source = [*ARABIC[:6], "نعم.", *ARABIC[6:12]]
    found = links(source, ENGLISH[:12])
    assert right(found, [(i if i < 6 else i + 1, i) for i in range(12)]) >= .9


def test_repeated_sentences():
    """A refrain after every third sentence, which one side leaves out once."""
    refrain = ("يا بحر خذني معك.", "Take me with you, sea.")
    mixed = [pair for n, p in enumerate(PAIRS[:24]) for pair in ((p, refrain) if n % 3 == 2 else (p,))]
    source, target = map(list, zip(*mixed, strict=True))
    del target[15]
    assert right(links(source, target), [(i, i if i < 15 else i - 1) for i in range(len(source)) if i != 15]) >= .95
    # So short a text may be put to its neighbour, as people do; but then nobody is to be sure of it.
    assert all(b.score < .7 for b in align(source, target) if 15 in b.source and b.target)
