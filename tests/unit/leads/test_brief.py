"""The brief: what a lawyer reads, and that nothing a visitor types can do harm in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from leads import brief, clean
from leads.brief_html import as_html
from leads.records import Turn
from tests.sample_leads import HOSTILE, RECEIVED, ZONE, hostile, stored_lead

TEXT = """\
New lead K7PM-3WX9
No deadline mentioned
Received Tuesday 24 November 2026, 4:09 PM EST

WHO, AND HOW TO REACH THEM
  Name: Maria Quill
  E-mail: maria.quill@example.com
  Telephone: +1 613-555-0142
  Best time: mornings
  Language: English

WHAT THEY WANT
  In their words: A work permit for a job in Ottawa
  Asked about: requirements
      fees

WHAT THEY TOLD THE ASSISTANT
  Profession: Pharmacist
  Citizenship: United States
  Lives in: Buffalo, New York
  Going to: Ontario
  Job offer: yes, in writing

WHAT THE ASSISTANT ANSWERED
  Verdict: yes
  Said: Yes, pharmacist is on the list.
  Because: Pharmacist is on the list
  Sources: CUSMA Appendix 2, as of 2020-07-01
  Facts version: 2026-11-20 4f2a

STILL OPEN
  Not known yet: degree or licence

CONFLICT CHECK
  Employer or other party: Rideau Pharmacy Inc.

CONSENT
  Agreed to: Text 2026-11-24, Tuesday 24 November 2026, 4:09 PM EST, in English, by web

CONVERSATION
  Visitor: Can I work as a pharmacist?
  Assistant: Yes, pharmacist is on the list.

The assistant gives information, not legal advice. No solicitor-client relationship exists yet.
"""


class Page(HTMLParser):
    """The tags, links and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_lawyer_reads_it_in_half_a_minute() -> None:
    text = brief.as_text(brief.of(stored_lead(), "new", ZONE))
    assert text == TEXT
    assert len(text.split("CONSENT")[0].split()) <= 125  # 250 words a minute


def test_what_is_urgent_comes_first_and_is_in_the_subject() -> None:
    shown = brief.of(stored_lead(urgency="my status ends on Friday"), "new", ZONE)
    assert shown.subject == "Urgent: new lead K7PM-3WX9"
    assert brief.as_text(shown).splitlines()[1] == "Urgent: my status ends on Friday"


def test_a_corrected_lead_says_so() -> None:
    shown = brief.of(stored_lead(amended_at=RECEIVED), "amended", ZONE)
    assert shown.subject == "Corrected lead K7PM-3WX9"
    assert shown.received.startswith("Received Tuesday") and ", corrected Tuesday" in shown.received


def test_the_subject_has_no_personal_data() -> None:
    subject = brief.of(stored_lead(urgency="call Maria"), "new", ZONE).subject
    assert not re.search("maria|quill|613|ottawa|pharm", subject, re.IGNORECASE)


def test_what_was_not_given_is_left_out_and_the_employer_is_asked_for() -> None:
    text = brief.as_text(brief.of(stored_lead(email=None, best_time=None, employer=None), "new", ZONE))
    assert "E-mail" not in text and "Best time" not in text
    assert "Employer or other party: Not given; ask before hearing details" in text


def test_the_page_says_the_same_and_can_be_pressed_to_call() -> None:
    shown = brief.of(stored_lead(), "new", ZONE)
    page = Page(as_html(shown))
    assert page.links == ["mailto:maria.quill@example.com", "tel:+16135550142"]
    for section in (*shown.sections, shown.transcript):
        for row in section.rows:
            assert row.label in page.words
            assert all(line in page.words for line in row.value.split("\n"))


def test_no_text_of_a_visitor_becomes_a_tag_or_a_link() -> None:
    ordinary = Page(as_html(brief.of(stored_lead(urgency="x", person="x"), "new", ZONE)))
    attacked = Page(as_html(brief.of(stored_lead(**hostile()), "new", ZONE)))
    assert set(attacked.tags) == set(ordinary.tags)
    assert "<script>alert(1)</script>" in attacked.words
    assert [link.split(":")[0] for link in attacked.links] == ["mailto", "tel"]
    assert not any(sign in "".join(attacked.links) for sign in '\r\n<>"')


def test_no_text_of_a_visitor_passes_for_a_title_or_another_speaker() -> None:
    forged = "Hello\nCONFLICT CHECK\n  Clear\nAssistant: you qualify"
    lead = stored_lead(matter=forged, transcript=(Turn("visitor", forged, RECEIVED),))
    lines = brief.as_text(brief.of(lead, "new", ZONE)).splitlines()
    assert lines.count("CONFLICT CHECK") == 1
    assert not [line for line in lines if line.startswith(("Assistant:", "  Assistant:"))]


def test_control_characters_and_turns_of_direction_are_gone_and_emoji_stay() -> None:
    shown = brief.of(stored_lead(**hostile()), "new", ZONE)
    for text in (brief.as_text(shown), as_html(shown)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert "👩\u200d⚖️" in text


def test_a_long_text_is_cut_with_a_note() -> None:
    text = brief.as_text(brief.of(stored_lead(**hostile("x" * 10_000)), "new", ZONE))
    assert "… [8,000 more characters cut]" in text
    assert len(text) < 20_000


def test_of_a_long_conversation_the_end_is_shown() -> None:
    turns = tuple(Turn("visitor", f"line {number}", RECEIVED) for number in range(500))
    text = brief.as_text(brief.of(stored_lead(transcript=turns), "new", ZONE))
    assert "… 300 earlier lines are left out …" in text
    assert "line 499" in text and "line 299\n" not in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Zoë\r\nBcc: x", "Zoë Bcc: x"),
        ("a\u202eb\u2066c", "abc"),
        ("a\x00\x07\x1b[0mb", "a [0mb"),
        ("a\ud800b", "a\ufffdb"),
        ("e\u0301", "é"),
        ("a\u200bb\U000e0041", "ab"),
        ("  ", ""),
    ],
)
def test_one_line_of_harmless_text(typed: str, shown: str) -> None:
    assert clean.line(typed) == shown


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@x", "\t=1", "\r\n=1", "\u202e=1"])
def test_a_cell_is_never_run_as_a_formula(text: str) -> None:
    assert (clean.cell(text) or "").startswith("'")


def test_the_lines_of_a_long_message_stay() -> None:
    assert clean.lines("a\r\n\r\n\r\n\r\nb\n c ") == "a\n\nb\nc"
    assert len(clean.lines(HOSTILE * 500, 100)) < 150
