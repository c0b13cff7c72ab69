"""What is typed, read as a query: its words as FTS5 has them, its fields, and what was mended."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.query import Field, parse
from pipeline.query.parsing import DEEPEST
from pipeline.query.tokens import MOST_WORDS
from tests.indexes import finds, matching

# Words


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        pytest.param("price", '"price"', id="a word"),
        pytest.param("too high", '("too" AND "high")', id="words must all be there"),
        pytest.param('"too high"', '"too high"', id="a phrase"),
        pytest.param('"too high', '"too high"', id="a phrase that is not closed"),
        pytest.param("price AND high", '("price" AND "high")', id="and"),
        pytest.param("price OR cost", '("price" OR "cost")', id="or"),
        pytest.param("price NOT high", '("price" NOT "high")', id="not"),
        pytest.param("price -high", '("price" NOT "high")', id="a minus is not"),
        pytest.param('price -"too high"', '("price" NOT "too high")', id="a minus and a phrase"),
        pytest.param("price -(a OR b)", '("price" NOT ("a" OR "b"))', id="a minus and brackets"),
        pytest.param("e-mail", '"e-mail"', id="a hyphen is no minus"),
        pytest.param("NOT high price", '("price" NOT "high")', id="not comes first"),
        pytest.param("a NOT b NOT c", '("a" NOT ("b" OR "c"))', id="several things to leave out"),
        pytest.param("a OR b c", '("a" OR ("b" AND "c"))', id="or binds loosest"),
        pytest.param("(a OR b) c", '(("a" OR "b") AND "c")', id="brackets bind tighter"),
        pytest.param("((a))", '"a"', id="brackets round one word are nothing"),
        pytest.param("(a OR b", '("a" OR "b")', id="a bracket that is not closed"),
        pytest.param("a) b", '("a" AND "b")', id="a bracket that closes nothing"),
        pytest.param("a ) b ) c", '("a" AND "b" AND "c")', id="several of them"),
        pytest.param(")(a", '"a"', id="brackets the wrong way round"),
        pytest.param("() a", '"a"', id="empty brackets"),
        pytest.param("a OR ()", '"a"', id="or empty brackets"),
        pytest.param("a OR", '"a"', id="or nothing"),
        pytest.param("AND a", '"a"', id="and before all"),
        pytest.param("(OR a) b", '("a" AND "b")', id="or before all in brackets"),
        pytest.param("a AND OR b", '("a" OR "b")', id="two operators"),
        pytest.param("a NOT OR b", '("a" OR "b")', id="not or"),
        pytest.param("a NOT", '"a"', id="not what"),
        pytest.param("a NOT NOT b", '("a" NOT "b")', id="not not"),
        pytest.param(
            "a and b or c", '("a" AND "and" AND "b" AND "or" AND "c")', id="small letters"
        ),
        pytest.param("http://a.b", '"http://a.b"', id="an address"),
        pytest.param("^price - high", '("^price" AND "high")', id="FTS5's signs"),
        pytest.param("don't", '"don\'t"', id="an apostrophe"),
        pytest.param('a"b c"d', '("a" AND "b c" AND "d")', id="a phrase within a word"),
        pytest.param("a\0b", '"a b"', id="a zero byte"),
        pytest.param("a\udc80b", '"a?b"', id="half a letter"),
        pytest.param("naïve 价格", '("naïve" AND "价格")', id="any script"),
        pytest.param("!? price ☕", '"price"', id="signs and draws alone are nothing"),
        pytest.param("“too high”", '"too high"', id="curly quotes"),
        pytest.param("„zu teuer“ so", '("zu teuer" AND "so")', id="German ones"),
        pytest.param("「高い」", '"高い"', id="Japanese ones"),
        pytest.param("（a OR b） c", '(("a" OR "b") AND "c")', id="wide brackets"),
        pytest.param("ｐｒｉｃｅ", '("ｐｒｉｃｅ" OR "price")', id="wide letters"),
    ],
)
def test_a_query_becomes_an_expression(query: str, expression: str) -> None:
    assert parse(query).expression == expression


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        pytest.param("a NEAR b", 'NEAR("a" "b", 10)', id="ten words where none are given"),
        pytest.param("a NEAR/5 b", 'NEAR("a" "b", 5)', id="as many as are given"),
        pytest.param("NEAR(a b, 5)", 'NEAR("a" "b", 5)', id="as FTS5 writes it"),
        pytest.param("NEAR(a b)", 'NEAR("a" "b", 10)', id="without a number"),
        pytest.param('"a b" NEAR c', 'NEAR("a b" "c", 10)', id="a phrase"),
        pytest.param("a NEAR b NEAR/3 c", 'NEAR("a" "b" "c", 10)', id="several"),
        pytest.param("x a NEAR b", '("x" AND NEAR("a" "b", 10))', id="it binds tightest"),
        pytest.param("x NOT a NEAR b", '("x" NOT NEAR("a" "b", 10))', id="also than not"),
        pytest.param("a NEAR w*", 'NEAR("a" "w"*, 10)', id="a beginning"),
        pytest.param("a NEAR/99999 b", 'NEAR("a" "b", 999)', id="very far"),
        pytest.param(
            "(a OR b) NEAR c", '(NEAR("a" "c", 10) OR NEAR("b" "c", 10))', id="either of two"
        ),
        pytest.param("(a b) NEAR c", '(("a" AND "b") AND "c")', id="not of all of some"),
        pytest.param("NEAR(a)", '"a"', id="one thing"),
        pytest.param("a NEAR", '"a"', id="near what"),
        pytest.param("near (a b)", '("near" AND ("a" AND "b"))', id="small letters"),
    ],
)
def test_near_becomes_that_of_the_index(query: str, expression: str) -> None:
    assert parse(query).expression == expression


def test_near_finds_what_stands_so_near() -> None:
    said = "the discount that they gave us on the old price"
    assert finds("price NEAR/7 discount", said)
    assert not finds("price NEAR/3 discount", said)
    assert finds("disc* NEAR $20", "a discount of twenty dollars")


def test_near_of_many_forms_is_bounded() -> None:
    expression = parse("$450 NEAR 1,500,000 NEAR (a OR 20% OR 3pm)").expression
    assert 20 < expression.count("NEAR(") <= 64
    assert 'NEAR("$450" "1,500,000" "a", 10)' in expression


@pytest.mark.parametrize(
    "query",
    ["", " ", '""', "*", "()", "AND", "? !", "OR NOT", '"', "\0", ")", "☕", "NEAR", "tag:"],
)
def test_a_query_without_a_word_or_field_is_refused(query: str) -> None:
    with pytest.raises(UsageError, match="there is no word to look for"):
        parse(query)


@pytest.mark.parametrize("query", ["NOT a", "NOT a NOT b", "(NOT a)", "b OR NOT a", "-a tag:x"])
def test_a_query_that_only_leaves_out_is_refused(query: str) -> None:
    with pytest.raises(UsageError, match=r'only says what to leave out .*"a"'):
        parse(query)


def nested(depth: int) -> str:
    return "".join(f"(a{n} OR (b{n} AND " for n in range(depth // 2)) + "c"


def test_brackets_may_be_nested_as_deep_as_is_said() -> None:
    assert matching(["c and b5 b4 b3 b2 b1 b0"], parse(nested(DEEPEST)).expression)


@pytest.mark.parametrize("query", [nested(DEEPEST + 2), "(" * 5000 + "a", "(a " * 5000])
def test_brackets_nested_deeper_are_refused(query: str) -> None:
    with pytest.raises(UsageError, match="brackets in brackets"):
        parse(query)


@pytest.mark.parametrize("joint", [" ", " OR ", " NOT ", ") ", " NEAR ", " 5 "])
def test_of_a_long_query_the_first_words_are_looked_for(joint: str) -> None:
    read = parse(joint.join(["zebra", *(f"word{n}" for n in range(2000))]))
    assert read.notes[0] == f"Only the first {MOST_WORDS} words are looked for."
    assert read.wanted[0] == "zebra"
    assert "word1999" not in read.expression
    assert matching(["a horse"], read.expression) == []


def test_fields_count_wherever_they_stand_in_a_long_query() -> None:
    read = parse("word " * 2000 + "speaker:Ann")
    assert read.fields == (Field("speaker", "Ann"),)


# Fields


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        pytest.param("speaker:Ann", [("speaker", "Ann")], id="a name"),
        pytest.param('speaker:"Ann Lee"', [("speaker", "Ann Lee")], id="one of two words"),
        pytest.param("speaker:“Ann Lee”", [("speaker", "Ann Lee")], id="in curly quotes"),
        pytest.param("speaker: Ann", [("speaker", "Ann")], id="after a space"),
        pytest.param("Speaker:Ann", [("speaker", "Ann")], id="in capitals"),
        pytest.param("speaker：Ann", [("speaker", "Ann")], id="with a wide colon"),
        pytest.param('speaker:"Ann Lee', [("speaker", "Ann Lee")], id="a quote that stays open"),
        pytest.param("tag:a,b", [("tag", "a"), ("tag", "b")], id="several"),
        pytest.param('tag:a,"b c"', [("tag", "a"), ("tag", "b c")], id="several with quotes"),
        pytest.param('entity:"Acme, Inc"', [("entity", "Acme, Inc")], id="a comma in quotes"),
        pytest.param("tag:a tag:b tag:a", [("tag", "a"), ("tag", "b")], id="each once"),
        pytest.param("entity:ORG:Acme", [("entity", "ORG:Acme")], id="a label and a name"),
        pytest.param('entity:ORG:"A B"', [("entity", "ORG:A B")], id="a label and quotes"),
        pytest.param("role:customer in:ab12", [("role", "customer"), ("in", "ab12")], id="two"),
        pytest.param("(tag:a)", [("tag", "a")], id="in brackets"),
        pytest.param("is:questions", [("is", "question")], id="questions"),
        pytest.param("is:Answer", [("is", "answer")], id="answers"),
        pytest.param("after:2026-09-01", [("after", "2026-09-01")], id="a day"),
        pytest.param("since:2026-9-1", [("after", "2026-09-01")], id="another name of it"),
        pytest.param("after:2026-09", [("after", "2026-09-01")], id="from a month's first day"),
        pytest.param("until:2028-02", [("before", "2028-02-29")], id="to a month's last day"),
        pytest.param("before:2026", [("before", "2026-12-31")], id="to a year's last day"),
        pytest.param("after:２０２６", [("after", "2026-01-01")], id="wide digits"),
        pytest.param(
            "after:2026-01 after:2026-03 before:2026-08 before:2026-06",
            [("after", "2026-03-01"), ("before", "2026-06-30")],
            id="of several dates both hold",
        ),
        pytest.param("NOT after:2026-09", [("before", "2026-08-31")], id="not after"),
        pytest.param("-before:2026-09", [("after", "2026-10-01")], id="not before"),
    ],
)
def test_fields_are_read(query: str, fields: list[tuple[str, str]]) -> None:
    read = parse(query)
    assert read.fields == tuple(Field(*each) for each in fields)
    assert (read.expression, read.wanted, read.plain, read.notes) == ("", (), "", ())


@pytest.mark.parametrize(
    "query", ["-tag:a", "NOT tag:a", "NOT (tag:a)", "x -tag:a", "x NOT (tag:a)"]
)
def test_a_field_may_say_what_must_not_hold(query: str) -> None:
    assert parse(query).fields == (Field("tag", "a", without=True),)


@pytest.mark.parametrize(
    "query",
    [
        "speaker:Ann price tag:x",
        "price speaker:Ann AND tag:x",
        "price (speaker:Ann tag:x)",
        "NEAR(price speaker:Ann) tag:x",
        '"price"speaker:Ann tag:x',
    ],
)
def test_fields_may_stand_anywhere_beside_words(query: str) -> None:
    read = parse(query)
    assert read.fields == (Field("speaker", "Ann"), Field("tag", "x"))
    assert read.expression == '"price"'


@pytest.mark.parametrize("value", ["foo", "2026-13", "2026-02-30", "0000", "2026-09-01-02", "1.9."])
def test_a_date_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match=f"'{value}' is no day. Write"):
        parse(f"price after:{value}")


@pytest.mark.parametrize("query", ["-after:0001", "-before:9999"])
def test_a_date_beyond_all_dates_is_refused(query: str) -> None:
    with pytest.raises(UsageError, match="is no day"):
        parse(query)


@pytest.mark.parametrize("query", ["12:30", "at 3:2", "http://tag.example", "check-in:Monday"])
def test_a_colon_alone_makes_no_field(query: str) -> None:
    read = parse(query)
    assert (read.fields, read.notes) == ((), ())


# What was mended


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("price", []),
        ('"too high', ['A quotation mark is not closed; it was closed at the end: "too high".']),
        ("((a", ["A bracket is not closed; it was closed at the end."]),
        ("a) b)", ["A bracket closes nothing; it was passed over."]),
        ("OR a", ["OR has nothing before it; it was passed over."]),
        ("a AND", ["AND has nothing after it; it was passed over."]),
        ("a (b NOT)", ["NOT has nothing after it; it was passed over."]),
        ("a NEAR/5", ["NEAR has nothing after it; it was passed over."]),
        ("NEAR(a, 5)", ["NEAR joins two things or more, as in: price NEAR discount."]),
        ("(a b) NEAR c", ["NEAR joins words and phrases; here it was read as AND."]),
        (
            "speker:Ann",
            ["speker: is no field, and was looked for as a word; did you mean speaker:?"],
        ),
        (
            "from:Ann",
            ["from: is no field, and was looked for as a word; did you mean after: or before:?"],
        ),
        ("text:price", ["text: is no field, and was looked for as a word."]),
        ("price tag:", ["Nothing stands after tag: so it was passed over."]),
        (
            "is:funny",
            ["is:funny was looked for as words; there are is:question and is:answer."],
        ),
        (
            "pr*ce",
            [
                "A star stands for the rest of a word, right after its beginning, as in pric*; "
                "in pr*ce it was passed over."
            ],
        ),
        ("cat or dog", ['"or" is looked for as a word; write OR for the one or the other.']),
        (
            "price OR tag:x",
            [
                "tag: holds for the whole query, wherever it stands; it cannot be one side of OR, "
                "or part of what is left out."
            ],
        ),
        ("tag:x OR tag:y", []),
        ("x (tag:x OR tag:y)", []),
    ],
)
def test_what_was_mended_is_said(query: str, notes: list[str]) -> None:
    assert list(parse(query).notes) == notes


@pytest.mark.parametrize("query", ["(price tag:x) OR a", "tag:x OR in:y", "a NOT (price tag:x)"])
def test_a_field_that_does_not_hold_as_it_stands_is_said(query: str) -> None:
    (note,) = parse(query).notes
    assert "holds for the whole query" in note


@pytest.mark.parametrize("text", ["x" * 10_000, '"' + "x " * 5_000, "tagg:" + "x" * 9_000, "\a* b"])
def test_what_is_said_of_a_query_is_short_and_can_be_shown(text: str) -> None:
    read = parse(text)
    assert len(read.understood) < 500
    for line in (read.understood, *read.notes):
        assert len(line) < 500
        assert line.isprintable()


# How it was understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("price", "price"),
        ("too expensive", "too and expensive"),
        ('"too expensive"', '"too expensive"'),
        ("pric*", "pric*"),
        ("price NOT (a OR b)", "price, not (a or b)"),
        ("a OR b c", "a or (b and c)"),
        ("salt and pepper", 'salt and "and" and pepper'),
        ("price NEAR/5 discount", "price near discount (at most 5 words between)"),
        ("(a OR b) NEAR c", "(a or b) near c (at most 10 words between)"),
        ("$450", "$450 (however it is said or written)"),
        ("450 dollars", '"450 dollars" (however it is said or written)'),
        (
            'price "too expensive" -discount speaker:"Ann Lee" project:acme since:2026-09-01',
            'price and "too expensive", not discount; said by Ann Lee; in project acme; '
            "since 2026-09-01",
        ),
        ("-tag:x tag:y,z", "everything that is said; not tagged x; tagged y or z"),
        (
            "is:question role:customer",
            "everything that is said; in questions; said by the customer",
        ),
        ("in:ab12 until:2026", "everything that is said; in recording ab12; up to 2026-12-31"),
        ("entity:Acme participant:Bo", "everything that is said; naming Acme; with Bo taking part"),
    ],
)
def test_a_query_is_said_in_words(query: str, understood: str) -> None:
    assert parse(query).understood == understood


# What is looked for


@pytest.mark.parametrize(
    ("query", "phrase", "plain"),
    [
        ("too expensive", '"too expensive"', "too expensive"),
        ("  too   expensive ", '"too expensive"', "too expensive"),
        ("价格 太高", '"价格 太高"', "价格 太高"),
        ("price", "", "price"),
        ("too expensive tag:x", '"too expensive"', "too expensive"),
        ("too exp*", "", ""),
        ('too "expensive"', "", ""),
        ("“too expensive”", "", ""),
        ("too OR expensive", "", ""),
        ("too -expensive", "", ""),
        ("(too expensive)", "", ""),
        ("too NEAR expensive", "", ""),
        ("450 dollars", "", "450 dollars"),
    ],
)
def test_plain_words_are_a_phrase_too(query: str, phrase: str, plain: str) -> None:
    read = parse(query)
    assert (read.phrase, read.plain) == (phrase, plain)


def test_a_phrase_of_plain_words_has_its_amounts_in_all_forms() -> None:
    said = ["it is four hundred fifty dollars a month", "$450 in a month"]
    read = parse("$450 a month")
    assert len(matching(said, read.phrase)) == 1
    assert len(matching(said, read.expression)) == 2


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Too exp*", ["too", "exp"]),
        ('"too high" OR Zürich', ["toohigh", "zurich"]),
        ("price NOT (price AND cost)", ["price", "cost"]),
        ("“trop cher” !? don't", ["tropcher", "dont"]),
        ("a NEAR b tag:x", ["a", "b"]),
        ("20%", ["20", "20percent", "twentypercent"]),
    ],
)
def test_a_query_names_what_is_looked_for(query: str, wanted: list[str]) -> None:
    assert list(parse(query).wanted)[: len(wanted)] == wanted


def test_forms_of_one_thing_are_told_from_other_things() -> None:
    read = parse("price 20%")
    assert read.kinds[0] == ("price",)
    assert set(read.kinds[1]) == {"20", "20percent", "twentypercent"}
    assert [each for kind in read.kinds for each in kind] == list(read.wanted)
