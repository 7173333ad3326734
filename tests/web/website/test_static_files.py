from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_a_file_is_kept_for_ever_under_its_version_and_checked_under_any_other(client: FlaskClient) -> None:
    address = re.findall(r'href="(/static/css/[^"]+)"', client.get("/about").text)[0]
    answer = client.get(address)
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/static/css/site.css", "/static/css/site.css?v=old"):
        assert client.get(other).headers["Cache-Control"] == "no-cache"


def test_compressed_and_plain_files_have_tags_of_their_own(client: FlaskClient) -> None:
    plain = client.get("/static/css/site.css")
    packed = client.get("/static/css/site.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    refused = client.get("/static/css/site.css", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_a_file_that_is_not_there_is_a_plain_404(client: FlaskClient) -> None:
    assert client.get("/static/css/none.css").status_code == 404
    assert client.get("/static/../views.py").status_code == 404
