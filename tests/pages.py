"""Units and texts that the page's tests are made of."""

from bitext.records import Header, Unit

HEADER = Header("units", "article", "ar", "0" * 64, "en", {}, "")
# Source, target, score, origin, flags, paragraph
_ROWS = (
    ("عنوان المقال الطويل", "The title of the long article", 0.93, "mt", (), 0),
    ("Thursday, 07/18/2024", "Thursday, 07/18/2024", 1.0, "copy", (), 1),
    ("قال زعيم القاعدة إنّ الاجتماع عُقد في طهران عام 2021.", "The leader of Al-Qaeda said the meeting was held in Tehran in 2021.",
     0.91, "mt", (), 2),
    ("وفي عام 2021 جاءت النهاية.", "And in 2021 came the end.", 0.88, "mt", (), 2),
    ("واحد اثنان. ثلاثة أربعة.", "One two. Three four.", 0.9, "mt", (), 4),
    ("واحد اثنان.", "One two (three.", 0.42, "memory", ("brackets", "low-score"), 4),
    ("جملة بلا ترجمة.", "", 0.1, "human", ("one-sided",), 5),
    ("مزيد من الأخبار", "More of the news", 0.98, "mt", (), 6),
)
UNITS = [
    Unit(f"u{n}", (f"s{n}",), (f"t{n}",) if target else (), source, target, score, origin, flags, paragraph=paragraph)
    for n, (source, target, score, origin, flags, paragraph) in enumerate(_ROWS, 1)
]
# What others may send us as text. Each must come out of the page as it went in.
HOSTILE = (
    "</script><script>window.pwned=1</script>", "<!--", "<!-- <script>", "]]>", "--!>", "<img src=x onerror=window.pwned=1>",
    "\"><script>window.pwned=1</script>", "' onmouseover='window.pwned=1", "javascript:window.pwned=1", "{{ 7*7 }}{% raw %}",
    "${window.pwned=1}`\\u0041", "a\u2028b\u2029c", "&lt;b&gt; &amp;amp; &#x41;", "\u202eevil\u202c \u2066x\u2069 \u200f",
    "مرحبا \u202dabc\u202c 123", "\n leading line", "carriage\rreturn", "tab\tand  spaces ", "\x01\x1f\x7f\x85", "\ufeffbom",
    "e\u0301 \U0001f468\u200d\U0001f469", "</p></div></main></body></html>", "<plaintext>", "<style>*{display:none}</style>",
    "\ufdd0\ufffe", "a" * 5000,
)
