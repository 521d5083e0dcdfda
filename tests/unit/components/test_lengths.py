"""A request says how long its body is, once and as a number; otherwise it is none."""

from __future__ import annotations

import pytest
from sanic.exceptions import InvalidUsage

from components.lengths import check

POST = b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        *(b"", b"Content-Length: 0", b"content-length:17", b"CONTENT-LENGTH:   17  ", b"Transfer-Encoding: chunked"),
        *(b"transfer-encoding: Chunked", b"X-Content-Length: -1"),
    ],
)
def test_a_plain_length_or_chunks_are_fine(lines: bytes) -> None:
    check(POST + lines)


@pytest.mark.parametrize(
    "lines",
    [
        *(b"Content-Length: -1", b"Content-Length: x", b"Content-Length:", b"Content-Length: +1", b"Content-Length: 1_0"),
        *(b"Content-Length: 0x10", b"Content-Length: 1, 1", b"Content-Length: " + b"9" * 16, "Content-Length: ٣".encode()),
        b"Content-Length: 2\r\nContent-Length: 2",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked",
        b"Content-Length : -1",
        *(b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked, gzip", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
    ],
)
def test_any_other_is_refused(lines: bytes) -> None:
    with pytest.raises(InvalidUsage):
        check(POST + lines)
