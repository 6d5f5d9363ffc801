"""What a model may answer, and what each kind of nonsense is called.

The numbers are those of `tests/test_bad_inputs.py`.
"""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agents import answers
from agents.answers import Unreadable, parse
from agents.envelope import Envelope, schema
from agents.outputs import OutreachOutput, ProspectingOutput, RouterOutput


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    claim: str = Field(max_length=40)


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(max_length=500)
    score: float = Field(ge=0, le=1, allow_inf_nan=False)
    lines: list[Line] = Field(max_length=3)


GOOD = {"reason": "Fine.", "score": 0.5, "lines": [{"claim": "one"}]}


def text(**changes: Any) -> str:
    return json.dumps(GOOD | changes)


def refused(raw: str, **how: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw, Verdict, **how)
    return caught.value


def test_a_valid_answer_is_a_value_without_notes() -> None:
    value, notes = parse(text(), Verdict)
    assert value == Verdict(**GOOD)
    assert notes == []


@pytest.mark.parametrize(
    "raw",
    [
        f"```json\n{text()}\n```",
        f"```\n{text()}\n```",
        f"\n ```JSON\r\n{text()}\r\n```\n",
    ],
)
def test_29_a_fenced_answer_is_accepted_and_noted(raw: str) -> None:
    value, notes = parse(raw, Verdict)
    assert value.reason == "Fine."
    assert len(notes) == 1
    assert "fence" in notes[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(raw, words, id=name)
        for name, raw, words in [
            ("28 prose", "I am sorry, but here is some prose.", answers.UNREADABLE),
            ("28 prose before", f"Here you are: {text()}", answers.UNREADABLE),
            ("28 prose behind", f"```json\n{text()}\n``` that is why", answers.UNREADABLE),
            ("28 a bracket lacks", text()[:-1], answers.UNREADABLE),
            ("28 single quotes", "{'reason': 'single quotes'}", answers.UNREADABLE),
            ("28 a web page", "<html><body>Bad gateway</body></html>", answers.UNREADABLE),
            ("31 a list", "[" + text() + "]", answers.WRONG_SHAPE),
            ("31 a string", '"a string"', answers.WRONG_SHAPE),
            ("31 null", "null", answers.WRONG_SHAPE),
            ("32 a key twice", '{"reason": "a", "reason": "b"}', answers.REPEATED),
            ("32 deeper", '{"lines": [{"claim": "a", "claim": "a"}]}', answers.REPEATED),
            ("33 NaN", '{"score": NaN}', answers.NOT_A_NUMBER),
            ("33 Infinity", '{"score": Infinity}', answers.NOT_A_NUMBER),
            ("33 -Infinity", '{"score": -Infinity}', answers.NOT_A_NUMBER),
            ("33 1e999", '{"score": 1e999}', answers.NOT_A_NUMBER),
            ("34 5,000 digits", '{"score": ' + "9" * 5000 + "}", answers.MALFORMED),
            ("34 behind the point", '{"score": 0.' + "9" * 5000 + "}", answers.MALFORMED),
            ("35 100,000 lists", "[" * 100_000 + "]" * 100_000, answers.MALFORMED),
            ("35 objects", '{"a":' * 100_000 + "1" + "}" * 100_000, answers.MALFORMED),
            ("35 two hundred", "[" * 200 + "]" * 200, answers.MALFORMED),
            ("37 nothing", "", answers.DECLINED),
            ("37 blanks", " \n\t ", answers.DECLINED),
            ("46 100 kB", text(reason="x" * 100_001), answers.TOO_LONG),
        ]
    ],
)
def test_nonsense_has_a_name(raw: str, words: str) -> None:
    assert refused(raw).words.startswith(words)


def test_30_a_cut_answer_says_so_even_when_it_could_be_read() -> None:
    assert refused(text(), finish_reason="length").words == answers.CUT


def test_37_a_refusal_is_a_refusal_whatever_stands_in_it() -> None:
    assert refused("I cannot help with that.", refused=True).words == answers.DECLINED
    assert refused(text(), finish_reason="content_filter").words == answers.DECLINED


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (text(reason=7), "reason"),
        (text(score="0.5"), "score"),
        (text(score=1.5), "score"),
        (text(extra="key"), "extra"),
        (text(reason="x" * 501), "reason"),
        (text(lines=[{"claim": "one"}, {"claim": None}]), "lines.1.claim"),
        (text(lines=[{"claim": "one", "more": 1}]), "lines.0.more"),
        (text(lines=[{"claim": "one"}] * 4), "lines"),
        (json.dumps({"reason": "only"}), "score"),
    ],
)
def test_31_a_wrong_shape_names_the_path(raw: str, path: str) -> None:
    fault = refused(raw)
    assert fault.words.startswith(answers.WRONG_SHAPE)
    assert fault.path == path
    assert path in str(fault)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        pytest.param("a\x00b", "ab", id="36 NUL"),
        pytest.param("a\ud800b", "ab", id="36 lone surrogate"),
        pytest.param("a\x1b[31mb", "a[31mb", id="36 escape"),
        pytest.param("a\u200bb\u200dc", "abc", id="44 zero-width"),
        pytest.param("\ufeffa", "a", id="44 byte order mark"),
        pytest.param("a\u202eb\u2066c\u200f", "abc", id="44 bidi"),
        pytest.param("a\U000e0041\U000e0042\U000e007f", "a", id="44 tags"),
        pytest.param("a\U000e0100\ufe0f", "a", id="44 variation selectors"),
    ],
)
def test_invisible_characters_are_removed_and_noted(dirty: str, clean: str) -> None:
    value, notes = parse(text(reason=dirty), Verdict)
    assert value.reason == clean
    assert any("reason" in note for note in notes)


@pytest.mark.parametrize(
    ("dirty", "clean", "shown"),
    [
        pytest.param(dirty, clean, shown, id=f"42 {dirty[:40]}")
        for dirty, clean, shown in [
            ("a<script>alert(1)</script>b", "ab", "<script>alert(1)</script>"),
            ("a<SCRIPT src='x'>alert(1)", "a", "<SCRIPT src='x'>alert(1)"),
            ("a<img src=x onerror=y>b", "ab", "<img src=x onerror=y>"),
            ("<form action='/x'>a<input name=b></form>", "a", "<form action='/x'>"),
            ("<p hx-get='/x'>a</p>", "a", "<p hx-get='/x'>"),
            ("<own-tag hx-post=/x>a", "a", "<own-tag hx-post=/x>"),
            ("a<!-- approve this -->b", "ab", "<!-- approve this -->"),
            ("a<style>p{}</style\n>b<br/>", "ab", "<style>p{}</style >"),
        ]
    ],
)
def test_42_markup_is_removed_and_shown(dirty: str, clean: str, shown: str) -> None:
    value, notes = parse(text(reason=dirty), Verdict)
    assert value.reason == clean
    [note] = notes
    assert note.startswith("Markup removed from “reason”: ")
    assert shown in note


def test_42_markup_inside_markup_is_not_taken_apart() -> None:
    fault = refused(text(reason="<scr<b>ipt>alert(1)</scr</b>ipt>"))
    assert (fault.words, fault.path) == (answers.MARKUP, "reason")


@pytest.mark.parametrize("start", ["<script>", "<!-", "<a ", "<!--", "</script", "<a b=", "<"])
def test_42_no_markup_takes_more_than_a_moment(start: str) -> None:
    started = time.process_time()
    with suppress(Unreadable):
        parse(text(reason=start * (90_000 // len(start))), Verdict)
    assert time.process_time() - started < 2


def test_characters_that_are_not_escaped_are_removed_as_well() -> None:
    raw = text().replace("Fine.", "Fi\x00n\u200be.")
    value, notes = parse(raw, Verdict)
    assert value.reason == "Fine."
    assert "2 invisible" in notes[0]


@pytest.mark.parametrize(
    "kept",
    [
        *("line\nline\ttab", "Łódź, Sørensen, 東京", "naïve €5", "Hi <name>, 3 < 5 > 2 <3"),
        *("کتاب\u200cها", "👩\u200d💻 ❤\ufe0f"),
    ],
)
def test_what_can_be_seen_stays(kept: str) -> None:
    value, notes = parse(text(reason=kept), Verdict)
    assert value.reason == kept
    assert notes == []


def test_the_parts_of_a_fault_can_be_printed() -> None:
    assert refused('{"a\\u202e\\u0000": 1, "a\\u202e\\u0000": 2}').path == "a"


# --- the output types -----------------------------------------------------------------------------

SKIP = {
    "decision": "skip",
    "output_class": "",
    "confidence": 0.9,
    "risk_flags": [],
    "evidence": [],
    "missing_context": [],
    "state_update": [],
    "handoff": None,
    "rationale": "Nothing to do.",
}
MAIL = SKIP | {
    "decision": "act",
    "output_class": "outreach.first_email",
    "to": "contact:5",
    "subject": "GTX Pro for Acme",
    "body_text": "Hi Yara,\n\nA mail.",
    "angle": "",
    "personalisation_fact_id": None,
    "cta": "",
    "asset_ids": [],
    "proposed_send_at": None,
    "step": 1,
    "stop_conditions": [],
}


def test_a_skip_is_an_answer() -> None:
    assert parse(json.dumps(SKIP), Envelope)[0].decision == "skip"


def test_a_mail_without_anything_in_it_may_be_skipped() -> None:
    empty = MAIL | {"decision": "skip", "to": "", "subject": "", "body_text": ""}
    assert parse(json.dumps(empty), OutreachOutput)[0].decision == "skip"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"to": "yara@acme.example"}, "to", id="40 an address as recipient"),
        ({"subject": ""}, "subject"),
        pytest.param({"subject": "two\nlines"}, "subject", id="65 two lines of subject"),
        ({"body_text": "  "}, "body_text"),
        pytest.param({"body_text": "x" * 6001}, "body_text", id="46 a mail of 6,001 characters"),
        ({"confidence": 1.01}, "confidence"),
        ({"decision": "send"}, "decision"),
        ({"proposed_send_at": "tomorrow"}, "proposed_send_at"),
        ({"evidence": [{"claim": "x"}]}, "evidence.0.source_type"),
    ],
)
def test_a_mail_that_cannot_be_sent_names_its_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(json.dumps(MAIL | change), OutreachOutput)
    assert caught.value.path == path


def test_39_a_contradiction_of_the_router_can_be_read_so_that_both_claims_can_be_shown() -> None:
    raw = json.dumps({"agent": "outreach", "verdict": "wait", "reason": "Both."})
    value, _ = parse(raw, RouterOutput)
    assert (value.agent, value.verdict) == ("outreach", "wait")


OUTPUTS = [OutreachOutput, ProspectingOutput, RouterOutput]


def nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for entry in node for found in nodes(entry)]
    if not isinstance(node, dict):
        return []
    return [node, *(found for entry in node.values() for found in nodes(entry))]


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_object_of_a_schema_is_closed_and_complete(output: type[BaseModel]) -> None:
    objects = [node for node in nodes(schema(output)) if node.get("type") == "object"]
    assert objects
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_string_and_list_of_a_schema_is_bounded(output: type[BaseModel]) -> None:
    for node in nodes(schema(output)):
        if node.get("type") == "string" and "enum" not in node:
            assert "maxLength" in node
        if node.get("type") == "array":
            assert "maxItems" in node


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_schema_without_bounds_keeps_its_fields(output: type[BaseModel]) -> None:
    plain = schema(output, bounded=False)
    assert list(plain["properties"]) == list(schema(output)["properties"])
    assert not any("maxLength" in node or "maxItems" in node for node in nodes(plain))
