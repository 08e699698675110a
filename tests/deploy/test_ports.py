"""The port stays what posters carry; a taken one is told loudly, and two copies never share one."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import ports
from deploy.folder import Folder

HERE = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server((HERE, 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.create_server((HERE, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def chosen(folder: Folder, asked: str | None = None) -> int:
    with ports.choose(folder, HERE, asked) as held:
        port: int = held.getsockname()[1]
        return port


def test_asked_before_kept_before_first_free(
    tmp_path: Path, free: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(tmp_path)
    assert ports.FIRST <= chosen(folder) <= ports.LAST
    folder.keep_port(free)
    assert chosen(folder) == free
    assert capsys.readouterr().out == ""
    with socket.create_server((HERE, 0)) as other:
        asked = other.getsockname()[1]
    assert chosen(folder, str(asked)) == asked
    assert f"posters printed before carry port {free}" in capsys.readouterr().out


def test_a_kept_port_that_is_taken_stops_the_start_loudly(tmp_path: Path, taken: int) -> None:
    folder = Folder(tmp_path)
    folder.keep_port(taken)
    with pytest.raises(SystemExit) as refused:
        chosen(folder)
    said = str(refused.value)
    assert f"PORT {taken} IS TAKEN" in said
    assert "printed posters carry it" in said
    assert "./run --port N" in said


def test_an_asked_port_that_is_taken_is_no_other_port(tmp_path: Path, taken: int) -> None:
    with pytest.raises(SystemExit, match=f"PORT {taken} IS TAKEN"):
        chosen(Folder(tmp_path), str(taken))


def test_two_new_copies_started_together_take_two_ports(tmp_path: Path) -> None:
    first = ports.choose(Folder(tmp_path / "a"), HERE, None)
    second = ports.choose(Folder(tmp_path / "b"), HERE, None)
    with first, second:
        assert first.getsockname()[1] != second.getsockname()[1]


def test_the_server_may_listen_while_the_port_is_held(tmp_path: Path) -> None:
    with (
        ports.choose(Folder(tmp_path), HERE, None) as held,
        socket.create_server(held.getsockname()) as server,
    ):
        assert server.getsockname() == held.getsockname()


def test_all_taken_is_said(tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "FIRST", taken)
    monkeypatch.setattr(ports, "LAST", taken)
    with pytest.raises(SystemExit, match="is taken"):
        chosen(Folder(tmp_path))


@pytest.mark.parametrize("asked", ["0", "65536", "80x", "-1", "８０００", ""])
def test_a_port_is_a_number(tmp_path: Path, asked: str) -> None:
    with pytest.raises(SystemExit, match="A port is a number"):
        chosen(Folder(tmp_path), asked)


def test_without_a_network_the_phone_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_route(self: socket.socket, address: tuple[str, int]) -> None:
        raise OSError("no route")

    monkeypatch.setattr(socket.socket, "connect", no_route)
    with pytest.raises(SystemExit, match="Set BASE_URL"):
        ports.lan_address()
