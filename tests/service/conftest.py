"""A data folder with a company in step, the whole application over it, and the command line in this process."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from fieldledger.office import companies as office
from fieldledger.service import cli
from fieldledger.service.folder import Folder
from fieldledger.service.reach import reach
from fieldledger.service.server import create_app
from tests.support.world import World

PORT = 8470


@dataclass
class Said:
    """How a command ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def fieldledger(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """The command line: ``fieldledger("status", "--data", folder)``."""
    monkeypatch.delenv("FIELDLEDGER_DATA", raising=False)

    def call(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["fieldledger", *map(str, arguments)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = (part.decode("utf-8") for part in capfdbinary.readouterr())
        code = ended.value.code
        assert "Traceback" not in err
        return Said(code if isinstance(code, int) else 0 if code is None else 1, out, err)

    return call


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="session")
def kept() -> dict[Path, dict[str, str]]:
    """The data folder that was made first, and the company in it: what comes later is a copy."""
    return {}


@pytest.fixture
def company(
    fieldledger: Command,
    data: Path,
    kept: dict[Path, dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """A company in the data folder, as the command line adds it."""
    if not kept:
        folder = tmp_path_factory.mktemp("kept") / "data"
        kept[folder] = fieldledger(
            "company", "add", "Bluebird Heating", "--customers", "books_to_field", "--data", folder, "--json"
        ).json()
    [(folder, added)] = kept.items()
    shutil.copytree(folder, data)
    return dict(added)


@dataclass
class Site:
    """Two companies behind one application: c1 in step with the sample company, c2 empty. tokens by company."""

    folder: Folder
    client: TestClient
    tokens: dict[str, str]
    world: World

    def get(self, path: str, company: str = "c1", token: str | None = None, **more: Any) -> Any:
        return self.ask("GET", path, company, token, **more)

    def ask(self, method: str, path: str, company: str = "c1", token: str | None = None, **more: Any) -> Any:
        """A REST call with the company's token, or another one."""
        bearer = {"Authorization": f"Bearer {token or self.tokens[company]}"}
        headers = {**bearer, **more.pop("headers", {})}
        return self.client.request(method, f"/api/v1/companies/{company}/{path}", headers=headers, **more)

    def login_link(self) -> str:
        """Made now, by the computer's clock, which is the application's too."""
        with contextlib.closing(self.folder.open_journal()) as journal:
            return office.login_link(journal, "", who="a person")

    @contextlib.contextmanager
    def visitor(self) -> Iterator[TestClient]:
        """A browser that is logged in."""
        with TestClient(self.client.app, base_url=f"http://localhost:{PORT}") as browser:
            assert browser.get(self.login_link()).status_code == 200
            yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = Folder(tmp_path_factory.mktemp("site") / "data").make()
    with World(folder.path, {"approve_plans": "first"}, sample=True) as world:
        world.session()
        office.approve(world.journal, "c1", None, who="a person")
        world.session()
        other = office.add(
            world.journal, "Other", {"customers.direction": "books_to_field"}, password="secret",
            password_hash=lambda text: text,
        )  # fmt: skip
        tokens = {"c1": office.new_token(world.journal, "c1", "test")["token"], "c2": other["token"]}
        app = create_app(folder, reach("127.0.0.1", PORT))
        with TestClient(app, base_url=f"http://localhost:{PORT}", raise_server_exceptions=False) as client:
            yield Site(folder, client, tokens, world)
