"""The var folder: one owner at a time, keys made once and for its owner's eyes, a port that stays."""

import fcntl
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.folder import Folder, read_env_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    first, second = Folder(tmp_path / "var"), Folder(tmp_path / "var")
    assert first.lock("./run")
    assert not second.lock("./run manage")
    assert second.holder() == (os.getpid(), "./run")
    first.lock_file.close()
    assert second.lock("./run manage")


def test_the_dying_guard_of_a_killed_owner_is_waited_for(tmp_path: Path) -> None:
    guard, next_one = Folder(tmp_path), Folder(tmp_path)
    fcntl.flock(guard.lock_file, fcntl.LOCK_EX)
    guard.lock_file.write(f"{dead_process()} ./run\n")
    guard.lock_file.flush()
    threading.Timer(0.2, guard.lock_file.close).start()
    assert next_one.lock("./run")


def test_keys_are_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    keys = folder.keys()
    assert set(keys) == {"SECRET_KEY", "PIN_PEPPERS", "CODE_KEYS", "RECEIPT_KEYS"}
    assert len(keys["SECRET_KEY"]) >= 50
    for name in ("PIN_PEPPERS", "CODE_KEYS", "RECEIPT_KEYS"):
        key_id, _, secret = keys[name].partition(":")
        assert (key_id, len(bytes.fromhex(secret))) == ("1", 32)
    assert keys["PIN_PEPPERS"] != keys["CODE_KEYS"]
    assert mode(tmp_path / "secrets.env") == 0o600
    assert Folder(tmp_path).keys() == keys
    assert Folder(tmp_path / "other").keys() != keys


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("PIN_PEPPERS=7:aa\n")
    assert Folder(tmp_path).keys()["PIN_PEPPERS"] == "7:aa"
    assert "PIN_PEPPERS=7:aa\n" in (tmp_path / "secrets.env").read_text()


def test_the_first_port_is_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.kept_port() is None
    folder.keep_port(8001)
    folder.keep_port(9000)
    assert folder.kept_port() == 8001


def test_a_new_folder_is_closed_to_others(tmp_path: Path) -> None:
    assert mode(Folder(tmp_path / "var").path) == 0o700


def test_servers_are_found_by_others_of_the_same_user(tmp_path: Path) -> None:
    owner, user = Folder(tmp_path), Folder(tmp_path)
    owner.lock("./run")
    owner.publish({"REDIS_URL": "redis://:secret@x"})
    assert mode(tmp_path / "running.json") == 0o600
    assert user.join() == {"REDIS_URL": "redis://:secret@x"}
    assert os.get_inheritable(user.users_file.fileno())  # held through exec of manage.py


def test_who_joins_is_waited_for_before_the_servers_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, user = Folder(tmp_path), Folder(tmp_path)
    owner.lock("./run manage")
    owner.publish({})
    user.join()
    stopping = threading.Thread(target=owner.unpublish)
    stopping.start()
    stopping.join(0.2)
    assert stopping.is_alive()
    user.users_file.close()
    stopping.join(5)
    assert not stopping.is_alive()
    assert not (tmp_path / "running.json").exists()
    assert "another ./run manage uses these servers" in capsys.readouterr().out


def test_servers_that_just_stopped_are_not_joined(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(f"{dead_process()} ./run\n")
    assert Folder(tmp_path).join() is None


def test_a_new_owner_forgets_what_a_killed_one_published(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text(json.dumps({"REDIS_URL": "gone"}))
    assert Folder(tmp_path).lock("./run")
    assert not (tmp_path / "running.json").exists()


def test_delete_leaves_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "var")
    folder.keys()
    folder.delete()
    assert not (tmp_path / "var").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SystemExit, match="belongs to another user"):
        Folder(tmp_path / "var")


def test_an_env_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# a\n\nA=1\nexport B = 'two words' \nC=\"x=y\"\nD=\nE=it's\nF=#1\n")
    assert read_env_file(path) == {"A": "1", "B": "two words", "C": "x=y", "D": "", "E": "it's", "F": "#1"}
    assert read_env_file(tmp_path / "none") == {}


@pytest.mark.parametrize("line", ["PORT 8000", "=1", "A B=1"])
def test_a_line_that_sets_nothing_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"A=1\n{line}\n")
    with pytest.raises(SystemExit, match=r"\.env, line 2: write NAME=value"):
        read_env_file(path)
