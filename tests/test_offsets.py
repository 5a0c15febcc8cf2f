"""Offsets are exact by construction: random edit sequences, compositions, and bad maps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import OffsetError
from pipeline.offsets import Edit, OffsetMap, Span

LETTERS = "abcåäö \nﬁ\u0301\u00ad😀"


@st.composite
def text_and_edits(draw: st.DrawFn, source: str | None = None) -> tuple[str, OffsetMap]:
    """A text and a valid set of edits on it: replacements, insertions, deletions."""
    text = draw(st.text(LETTERS, max_size=24)) if source is None else source
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12, unique=True)))
    edits = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        stop = draw(st.sampled_from([start, end]))
        edits.append(Edit(start, text[start:stop], draw(st.text(LETTERS, max_size=3)), "test"))
    return text, OffsetMap.of(edits)


@settings(max_examples=2000, deadline=None)
@given(st.data())
def test_apply_revert_compose(data: st.DataObject) -> None:
    raw, first = data.draw(text_and_edits())
    middle = first.apply(raw)
    _, second = data.draw(text_and_edits(middle))
    both = first.then(second, raw)
    text = second.apply(middle)
    assert both.apply(raw) == text
    assert first.revert(middle) == raw
    assert both.revert(text) == raw
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = both.to_source(Span(start, end))
    assert 0 <= source.start <= source.end <= len(raw)
    untouched = all(e.end <= source.start or e.start >= source.end for e in both.edits)
    if untouched and source.end - source.start == end - start:
        assert raw[source.start : source.end] == text[start:end]


@settings(max_examples=500, deadline=None)
@given(text_and_edits())
def test_positions_are_monotone(case: tuple[str, OffsetMap]) -> None:
    raw, offsets = case
    text = offsets.apply(raw)
    starts = [offsets.to_source(Span(i, i)).start for i in range(len(text) + 1)]
    assert starts == sorted(starts)


@settings(max_examples=500, deadline=None)
@given(text_and_edits())
def test_unedited_characters_map_to_themselves(case: tuple[str, OffsetMap]) -> None:
    raw, offsets = case
    text = offsets.apply(raw)
    touched = {i for edit in offsets.edits for i in range(edit.start, edit.end)}
    for position in set(range(len(raw))) - touched:
        target = offsets.to_target(Span(position, position + 1))
        assert text[target.start : target.end] == raw[position]
        assert offsets.to_source(target) == Span(position, position + 1)


def test_deleted_hyphen_keeps_word_span() -> None:
    raw = "ensam-\nkommande barn"
    offsets = OffsetMap.of([Edit(5, "-\n", "", "hyphen")])
    assert offsets.apply(raw) == "ensamkommande barn"
    assert offsets.to_source(Span(0, 13)) == Span(0, 15)
    assert offsets.to_source(Span(14, 18)) == Span(16, 20)
    assert offsets.to_target(Span(0, 15)) == Span(0, 13)


def test_part_of_a_replacement_takes_in_the_whole() -> None:
    offsets = OffsetMap.of([Edit(0, "1dn", "län", "ocr", 0.9)])
    assert offsets.to_source(Span(1, 2)) == Span(0, 3)


def test_composition_merges_overlapping_edits() -> None:
    raw = "hand1dgg-\nning"
    joined = OffsetMap.of([Edit(8, "-\n", "", "hyphen")])
    repaired = OffsetMap.of([Edit(4, "1dggn", "läggn", "ocr", 0.8)])
    both = joined.then(repaired, raw)
    assert both.apply(raw) == "handläggning"
    assert both.edits == (Edit(4, "1dgg-\nn", "läggn", "hyphen+ocr", 0.8),)


@pytest.mark.parametrize(
    "edits",
    [
        (Edit(0, "ab", "x", "t"), Edit(1, "b", "y", "t")),
        (Edit(3, "d", "x", "t"), Edit(1, "b", "y", "t")),
        (Edit(1, "", "x", "t"), Edit(1, "", "y", "t")),
        (Edit(1, "b", "", "t"), Edit(2, "c", "", "t")),
    ],
)
def test_overlapping_or_unordered_edits_are_refused(edits: tuple[Edit, ...]) -> None:
    with pytest.raises(OffsetError):
        OffsetMap(edits)


def test_edit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(OffsetError):
        OffsetMap.of([Edit(0, "b", "x", "t")]).apply("abc")
