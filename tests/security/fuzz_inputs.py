"""What nobody would send who means well: bodies, packets, payloads and fact files, near what is right and far from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.servers import slack_says as says
from tests.servers.slack import TALK

CANARY = "canary-9b3f"  # part of what is "said": it may stand in no log
WHO = "fuzz-0123456789abcdef"
HOOK = "https://hooks.slack.com/commands/T0FIRM/1/x"
NASTY = (
    *(
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e",
        "\u200b",
        "null",
        "true",
        "-1",
        "1e999",
        "NaN",
        "../../etc/passwd",
        "%00",
        "\r\nX: y",
    ),
    *(
        "/restart",
        '/affirm{"a":1}',
        "' OR 1=1 --",
        "{name}",
        "${jndi:ldap://x}",
        "<script>",
        "=HYPERLINK(1)",
        "x" * 70,
        "é" * 40,
    ),
    *(
        "2026-02-30",
        "no",
        "~",
        "!!python/object:os.system",
        "&a [*a]",
        "- - -",
        "?",
        "[",
        "{",
        "9" * 5_000,
        "0x_",
        "1:2:3",
        "!!int x",
    ),
    *("!!binary x", "!!timestamp x", "<<: 1", "default", "__proto__", "which", "lawyer", "nothing", CANARY),
)

words = st.text(st.characters(), max_size=40) | st.sampled_from(NASTY)
plain = st.none() | st.booleans() | st.integers() | st.floats() | words
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=10,
)


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@st.composite
def mutated(draw: Callable[[st.SearchStrategy[Any]], Any], whole: st.SearchStrategy[bytes]) -> bytes:
    """The same with some bytes taken out, put in or doubled."""
    data = draw(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        middle = draw(
            st.binary(max_size=6) | words.map(lambda text: text.encode("utf-8", "surrogatepass")[:40])
        )
        data = data[:start] + middle + (data[start:end] if draw(st.booleans()) else b"") + data[end:]
    return bytes(data)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all parts of a document."""
    yield path
    for name, part in (
        tree.items() if isinstance(tree, dict) else enumerate(tree if isinstance(tree, list) else ())
    ):
        yield from places(part, (*path, name))


@st.composite
def misshapen(
    draw: Callable[[st.SearchStrategy[Any]], Any], tree: Any, other: st.SearchStrategy[Any] = anything
) -> Any:
    """The document with some parts left out, or something else in their place."""
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(places(tree))))
        if not path:
            tree = draw(other) if draw(st.integers(0, 9)) == 0 else tree
            continue
        parent = tree
        for name in path[:-1]:
            parent = parent[name]
        if draw(st.booleans()):
            del parent[path[-1]]
        else:
            parent[path[-1]] = draw(other)
    return tree


# ---- REST ------------------------------------------------------------------------------------------------

ASKED = {
    "sender": WHO,
    "message": f"what does it cost {CANARY}",
    "message_id": "fuzz-message-0001",
    "metadata": {"a": [1]},
}
texts = (
    words | st.text(max_size=300) | st.sampled_from([f"{CANARY} hello", "which", "x" * 2_001, "é" * 9_000])
)
asked = st.fixed_dictionaries(
    {},
    optional={
        "sender": st.just(WHO) | st.from_regex(r"[A-Za-z0-9_-]{16,64}", fullmatch=True) | anything,
        "message": texts | anything,
        "message_id": st.none() | anything,
        "metadata": anything,
        "input_channel": anything,
    },
)
rest_bodies = st.one_of(
    asked.map(as_json),
    misshapen(ASKED).map(as_json),
    mutated(st.just(as_json(ASKED))),
    st.binary(max_size=80),
    anything.map(as_json),
)

# ---- the heads of requests, without a client that keeps the rules ----------------------------------------

_lengths = st.sampled_from(
    ["-1", "0", "2", "x", "+2", "1e3", "99999999999999999999", "2, 2", "", "\u0663", "0x2", "-0", " 2"]
)
_names = st.sampled_from(
    [
        "Content-Length",
        "content-length",
        "Transfer-Encoding",
        "Expect",
        "Connection",
        "Upgrade",
        "Host",
        "Origin",
    ]
)
_values = (
    _lengths
    | st.sampled_from(
        ["chunked", "gzip", "100-continue", "keep-alive, upgrade", "websocket", "x", "identity"]
    )
    | words
)
_lines = st.lists(st.tuples(_names | words, _values).map(": ".join), max_size=5)


def _head(parts: tuple[str, str, str, list[str], bytes]) -> bytes:
    method, path, version, lines, body = parts
    said = "\r\n".join([f"{method} {path} {version}", *lines])
    return said.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body


heads = st.tuples(
    st.sampled_from(["POST", "GET", "OPTIONS", "X"]) | words,
    st.sampled_from(["/webhooks/rest/webhook", "/", "/nowhere", "*", "http://x/"]) | words,
    st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0"]),
    _lines,
    st.sampled_from([b"", b"{}", b"0\r\n\r\n", b"-1\r\n{}\r\n", b"ffffffffffffffff\r\n"])
    | st.binary(max_size=20),
).map(_head)

# ---- the website's sockets -------------------------------------------------------------------------------

SAY = {"id": "fuzz-message-0001", "text": f"hello {CANARY}"}
PRESS = {"id": "fuzz-message-0002", "button": {"message": "fuzz-message-0001.0", "index": 0}}
wishes = st.one_of(misshapen(SAY), misshapen(PRESS), anything, texts.map(lambda text: SAY | {"text": text}))
auths = st.none() | misshapen({"token": "x.y.z", "language": "en"}) | anything


def _packet(parts: tuple[str, str, Any]) -> str:
    kind, event, wish = parts
    return f"4{kind}{json.dumps([event, wish])}"


packets = st.one_of(
    st.tuples(
        st.sampled_from(["2", "20", "27", "3", "31"]),
        st.sampled_from(["say", "start_over", "delete"]) | words,
        wishes,
    ).map(_packet),
    st.tuples(st.sampled_from(["2", "51-", "61-", "2/x,", "0", "1", "4"]), st.just("say"), wishes).map(
        _packet
    ),
    mutated(wishes.map(lambda wish: _packet(("20", "say", wish)).encode())).map(
        lambda data: data.decode("utf-8", "replace")
    ),
    words,
)

# ---- Slack -----------------------------------------------------------------------------------------------

SHAPES: tuple[dict[str, Any], ...] = (
    says.direct(f"hello {CANARY}"),
    says.mention(f"which {CANARY}", TALK),
    says.reply(f"and then {CANARY}", "1764338400.000001"),
)
PRESSES: tuple[dict[str, Any], ...] = (
    says.press({"action_id": "say_0", "value": "slack-T0FIRM-U0ALICE a.0 0"}, "D0ALICE", "1764338400.000001"),
    says.click("claim", "CUSMA-1", "U0ALICE"),
    says.shortcut(f"is it {CANARY}"),
    {"type": "view_submission", "view": {"id": "V1"}},
)
COMMAND = {
    **{
        "team_id": "T0FIRM",
        "channel_id": TALK,
        "user_id": "U0ALICE",
        "text": f"cost {CANARY}",
        "trigger_id": "1.1.a",
    },
    "response_url": HOOK,
}


def _form(fields: Any) -> bytes:
    try:
        return urlencode(fields, errors="surrogatepass").encode()
    except (TypeError, ValueError):
        return str(fields).encode("utf-8", "surrogatepass")


_events = st.sampled_from(SHAPES).flatmap(misshapen).map(as_json)
_presses = (
    st.sampled_from(PRESSES).flatmap(misshapen).map(lambda payload: _form({"payload": json.dumps(payload)}))
)
_commands = misshapen(COMMAND, words).map(_form)
slack_posts = st.one_of(
    st.tuples(
        st.one_of(_events, mutated(_events), anything.map(as_json)),
        st.sampled_from([says.JSON, f"{says.JSON}; charset=utf-8"]),
    ),
    st.tuples(
        st.one_of(_presses, _commands, mutated(_presses), mutated(_commands), st.binary(max_size=80)),
        st.just(says.FORM),
    ),
)
