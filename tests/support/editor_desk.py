"""The smallest server that fulfils editor/README.md, in memory, under the site's own policy headers."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, jsonify, render_template, request
from jinja2 import FileSystemLoader
from werkzeug.serving import make_server

from factually.articles.content import to_document
from factually.articles.evidence import examine
from factually.articles.parsing import parse_article
from factually.demonstration.ports import free_port
from factually.foundation.crypto import Keyring
from factually.foundation.database import Database
from factually.foundation.errors import InvalidInput
from factually.web.context import SiteFacts, WebContext, install_context
from factually.web.security_headers import install_security_headers
from factually.website.static_files import provide_assets, static_response
from tests.support.clock import FrozenClock
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.serving import BaseWSGIServer

RECORDS = [
    {"id": f"r{number}", "title": title, "publisher": publisher, "url": url, "published": published}
    for number, (title, publisher, url, published) in enumerate(
        (
            ("Boiling, explained", "Institute of Water", "https://water.example/boiling", "2024-05-01"),
            ("Tables of height", "Height Society", "https://height.example/tables", None),
        ),
        start=1,
    )
]
HEAD_SAVED_AT = "2026-11-24T14:02:00Z"


@dataclass(frozen=True)
class Draft:
    """A save, as the desk keeps it."""

    id: str
    text: str
    author: str = "me"
    based_on: str = ""
    particulars: dict[str, Any] = field(default_factory=dict)

    @property
    def byline(self) -> str:
        """What the page shows of the particulars."""
        return str(self.particulars.get("byline", ""))


class EditorDesk:
    """One article's drafts, and how well the server does.

    Attributes:
        saves: Each request to save that arrived, in order.
        failing: Status that saves are answered with instead of being kept; None when all is well.
        losing: Whether the next save is kept and its answer lost.
        others: Names of those who are here too.
    """

    def __init__(self) -> None:
        """Make the application once: reading the static files takes as long as a test."""
        self._app = desk_app(self)
        self._port = free_port()
        self._running: tuple[BaseWSGIServer, threading.Thread] | None = None
        self.begin("")

    def begin(self, text: str) -> None:
        """Forget all, and start with one draft, which is the head."""
        self.drafts = [Draft("1", text)]
        self.head = self.drafts[0]
        self.saves: list[dict[str, Any]] = []
        self.failing: int | None = None
        self.losing = False
        self.others: list[str] = []

    @property
    def url(self) -> str:
        """Its address, the same after each start."""
        return f"http://localhost:{self._port}"

    def start(self) -> None:
        """Serve until stopped; a test that failed may have left it stopped."""
        if self._running is not None:
            return
        server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self._running = (server, thread)

    def stop(self) -> None:
        """Take the server away; what it keeps stays."""
        if self._running is None:
            return
        server, thread = self._running
        server.shutdown()
        thread.join()
        server.server_close()
        self._running = None

    def colleague_saves(self, text: str) -> None:
        """Let Anna save on top of the head."""
        self._keep(text, "anna", self.head.id, {})

    def save(self, asked: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Keep a save and answer as the contract says."""
        self.saves.append(asked)
        wanted = ("me", asked["based_on"], asked["text"], asked["particulars"])
        again = [d for d in self.drafts if (d.author, d.based_on, d.text, d.particulars) == wanted]
        on_head = asked["based_on"] == self.head.id
        draft = again[0] if again else self._keep(asked["text"], *wanted[:2], wanted[3], moves=on_head)
        if draft is not self.head:
            conflict = {
                "head": self.head.id,
                "mine": draft.id,
                "by": "Anna",
                "at": HEAD_SAVED_AT,
                "merge_url": "/merge",
            }
            return conflict, 409  # fmt: skip
        return {"draft": draft.id, "saved_at": HEAD_SAVED_AT, "findings": findings(draft.text)}, 200

    def _keep(
        self, text: str, author: str, based_on: str, particulars: dict[str, Any], *, moves: bool = True
    ) -> Draft:
        draft = Draft(str(len(self.drafts) + 1), text, author, based_on, particulars)
        self.drafts.append(draft)
        if moves:
            self.head = draft
        return draft


def findings(text: str) -> list[dict[str, str]]:
    """Return what the evidence gate finds, nothing while the text is no article."""
    try:
        return [asdict(finding) for finding in examine(parse_article(text).content).findings]
    except InvalidInput:
        return []


def desk_app(desk: EditorDesk) -> Flask:
    """Return the application: the pages, and the addresses they name."""
    app = Flask("editor-desk", static_folder=None)
    app.jinja_loader = FileSystemLoader([Path(__file__).parent / "editor_pages", ROOT / "templates"])
    site = SiteFacts("Factually", "http://localhost", demonstration=False, contact="hello@example.org")
    keyring = Keyring.from_secret(b"a made-up key for tests, 32 bytes")
    install_context(app, WebContext(Database("postgresql+psycopg:///none"), FrozenClock(), keyring, site))
    install_security_headers(app)
    app.register_blueprint(_pages(desk))
    app.register_blueprint(_answers(desk))
    return app


def _pages(desk: EditorDesk) -> Blueprint:
    pages = Blueprint("pages", __name__)
    pages.record_once(provide_assets)
    pages.get("/static/<path:path>")(static_response)

    @pages.get("/")
    def editor() -> str:
        draft = desk.head
        sources = json.loads(draft.particulars.get("sources", "[]"))
        return render_template("editor.html", draft=draft, sources=sources, findings=findings(draft.text))

    @pages.post("/")
    def post_editor() -> str:
        desk.saves.append(request.form.to_dict())
        return "posted"

    @pages.get("/merge")
    def merge() -> str:
        base, mine = desk.drafts[0].text, desk.drafts[-1].text
        return render_template("merge.html", base=base, theirs=desk.head.text, mine=mine)

    @pages.post("/merge")
    def post_merge() -> str:
        desk.saves.append(request.form.to_dict())
        return "merged"

    return pages


def _answers(desk: EditorDesk) -> Blueprint:
    answers = Blueprint("answers", __name__)

    @answers.post("/autosave")
    def autosave() -> ResponseReturnValue:
        if desk.failing is not None:
            message = "The text is longer than 1 MB."
            return {"error": {"code": "invalid_input", "field": "text", "message": message}}, desk.failing
        answer, status = desk.save(request.get_json())
        if desk.losing:
            desk.losing = False
            return "", 502
        return answer, status

    @answers.post("/preview")
    def preview() -> ResponseReturnValue:
        try:
            content = parse_article(request.get_json()["text"]).content
        except InvalidInput as error:
            return f"<p>{error.message}</p>"
        return f"<h2>{content.title}</h2><script>document.title = 'run'</script><p>{content.standfirst}</p>"

    @answers.get("/sources")
    def sources() -> ResponseReturnValue:
        words = request.args["q"].lower()
        return jsonify({"records": [record for record in RECORDS if words in str(record).lower()]})

    @answers.post("/parse")
    def parse() -> ResponseReturnValue:
        text = request.get_json()["text"]
        try:
            content = parse_article(text).content
        except InvalidInput as error:
            return {"error": {"code": "invalid_input", "field": "text", "message": error.message}}, 422
        listed = to_document(content)["sources"]
        return {"text": text.partition("\nSources\n")[0], "sources": listed}

    @answers.post("/presence")
    def presence() -> ResponseReturnValue:
        return {"others": [{"name": name} for name in desk.others]}

    return answers
