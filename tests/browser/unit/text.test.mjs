import assert from "node:assert/strict";
import test from "node:test";
import { crc32 as zlibCrc32 } from "node:zlib";
import { diff } from "../../../src/bitext/formats/page/js/diff.js";
import { fold, places } from "../../../src/bitext/formats/page/js/fold.js";
import { pressed } from "../../../src/bitext/formats/page/js/keys.js";
import { firstCut, wordCuts } from "../../../src/bitext/formats/page/js/split.js";
import { joined, oneLine, sentenceCuts } from "../../../src/bitext/formats/page/js/text.js";
import { crc32 } from "../../../src/bitext/formats/page/js/tmx.js";

test("search keys ignore marks, tatweel and spellings of alef, yaa, taa marbuta", () => {
    for (const [a, b] of [
        ["إيران", "ايران"],
        ["القاعدة", "القاعده"],
        ["مُحَمَّدٌ", "محمد"],
        ["العـــربية", "العربيه"],
        ["على", "علي"],
        ["آل", "ال"],
        ["ٱلله", "الله"],
        ["٢٠٢١", "2021"],
        ["IRAN", "iran"],
        ["ﻻ", "لا"],
        ["it’s", "it's"],
    ]) {
        assert.equal(fold(a), fold(b), a);
    }
    assert.notEqual(fold("قلب"), fold("كلب"));
});

test("hits are found at their place in the text itself", () => {
    const text = "قال مُحَمَّدٌ لمحمد";
    assert.deepEqual(
        places(text, fold("محمد")).map(([a, b]) => text.slice(a, b)),
        ["مُحَمَّدٌ", "محمد"],
    );
    assert.deepEqual(places("aXa", "a"), [
        [0, 1],
        [2, 3],
    ]);
    assert.deepEqual(places("abc", ""), []);
    assert.deepEqual(places("ﻻ", "ا"), [[0, 1]]);
});

test("the difference, put together, gives both texts", () => {
    for (const [a, b] of [
        ["the cat sat", "the dog sat"],
        ["", "new"],
        ["old", ""],
        ["a b c d", "a x c y"],
        ["same", "same"],
        ["one two three four", "one three two four"],
        ["a  b", "a b c"],
        ["it's", "its"],
        ["x".repeat(3000), "y ".repeat(1500)],
    ]) {
        const pieces = diff(a, b);
        assert.equal(
            pieces
                .filter((p) => p.kind !== "ins")
                .map((p) => p.text)
                .join(""),
            a,
        );
        assert.equal(
            pieces
                .filter((p) => p.kind !== "del")
                .map((p) => p.text)
                .join(""),
            b,
        );
    }
    assert.deepEqual(diff("the cat sat", "the dog sat"), [
        { kind: "same", text: "the " },
        { kind: "del", text: "cat" },
        { kind: "ins", text: "dog" },
        { kind: "same", text: " sat" },
    ]);
});

test("texts are cut after end marks", () => {
    assert.deepEqual(sentenceCuts("One. Two? Three"), [5, 10]);
    assert.deepEqual(sentenceCuts("هل جاء؟ نعم."), [8]);
    assert.deepEqual(sentenceCuts('He said "go." Then left. '), [14]);
    assert.deepEqual(wordCuts("ab cd"), [0, 3, 5]);
    assert.equal(firstCut("One. Two three four", undefined, 0.5), 5);
    assert.equal(firstCut("One two", 5, 0), 4);
    assert.equal(joined(" a ", ""), "a");
});

test("what is typed or pasted becomes one line without control characters", () => {
    assert.equal(oneLine("a\r\nb\tc\u2028d\0e\ud800f"), "a b c def");
    assert.equal(oneLine("مرحبا 👋"), "مرحبا 👋");
});

test("keys have one name on every layout", () => {
    const key = (o) => pressed({ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: "", ...o });
    for (const [event, name] of [
        [{ key: "a", code: "KeyA" }, "a"],
        [{ key: "ش", code: "KeyA" }, "a"],
        [{ key: "q", code: "KeyA" }, "q"],
        [{ key: "؟", code: "Slash", shiftKey: true }, "?"],
        [{ key: "?", code: "Slash", shiftKey: true }, "?"],
        [{ key: "ظ", code: "Slash" }, "/"],
        [{ key: "ج", code: "BracketLeft" }, "["],
        [{ key: "{", code: "BracketLeft", shiftKey: true }, "{"],
        [{ key: "Enter", ctrlKey: true }, "Ctrl+Enter"],
        [{ key: "Enter", metaKey: true, shiftKey: true }, "Ctrl+Shift+Enter"],
        [{ key: "z", ctrlKey: true, code: "KeyZ" }, "Ctrl+Z"],
        [{ key: "ئ", ctrlKey: true, code: "KeyZ" }, "Ctrl+Z"],
        [{ key: "Z", ctrlKey: true, shiftKey: true, code: "KeyZ" }, "Ctrl+Shift+Z"],
        [{ key: "A", code: "KeyA" }, "a"],
        [{ key: "ArrowDown", altKey: true }, "Alt+ArrowDown"],
    ])
        assert.equal(key(event), name, JSON.stringify(event));
});

test("checksums are those of zlib", { skip: !zlibCrc32 && "this node has no crc32" }, () => {
    for (const text of ["", "abc", "الحرس الثوري", "👋"]) assert.equal(crc32(text), zlibCrc32(text));
});
