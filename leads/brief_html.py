"""The brief as an HTML page for mail programs: one column, no picture, nothing loaded from elsewhere."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from leads.brief import Brief, Row, Section

STYLES = {
    "body": "margin:0;padding:16px;max-width:42em;font:15px/1.45 sans-serif;color:#1b1f24",
    "h1": "margin:0 0 4px;font-size:20px",
    "h2": "margin:20px 0 4px;font-size:13px;color:#57606a;text-transform:uppercase",
    "table": "border-collapse:collapse",
    "th": "padding:2px 12px 2px 0;text-align:left;vertical-align:top;font-weight:normal;color:#57606a",
    "td": "padding:2px 0;vertical-align:top",
}
URGENCY = "margin:0;font-weight:bold"
SMALL = "margin:0;color:#57606a;font-size:13px"


def as_html(shown: Brief) -> str:
    """The page. The tree escapes every text in it."""
    page = Element("html", {"lang": "en"})
    head = SubElement(page, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    body = _add(page, "body")
    _add(body, "h1", shown.headline)
    _add(body, "p", shown.urgency, URGENCY)
    _add(body, "p", shown.received, SMALL)
    for section in (*shown.sections, shown.transcript):
        _add_section(body, section)
    _add(body, "p", shown.disclaimer, SMALL + ";margin-top:20px")
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html")


def _add_section(body: Element, section: Section) -> None:
    _add(body, "h2", section.title)
    table = _add(body, "table")
    for row in section.rows:
        _add_row(table, row)


def _add_row(table: Element, row: Row) -> None:
    line = _add(table, "tr")
    _add(line, "th", row.label)
    cell = _add(line, "td")
    if row.link:
        cell = SubElement(cell, "a", {"href": row.link})
    first, *others = row.value.split("\n")
    cell.text = first
    for other in others:
        SubElement(cell, "br").tail = other


def _add(parent: Element, tag: str, text: str = "", style: str | None = None) -> Element:
    style = style or STYLES.get(tag)
    element = SubElement(parent, tag, {"style": style} if style else {})
    element.text = text
    return element
