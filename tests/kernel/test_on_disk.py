"""What outlives a power cut: on the disk before the call returns, for nobody else to read, whole or not at all."""

import os
import re
from pathlib import Path

import pytest

from participation.kernel import on_disk
from participation.kernel.config import ROOT


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reached the disk, in order, by the name it had then."""
    found: list[str] = []
    really = os.fsync

    def fsync(handle: int) -> None:
        found.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


def test_lines_are_added_durably_with_the_name_of_a_new_file(tmp_path: Path, synced: list[str]) -> None:
    path = tmp_path / "new" / "heads.log"
    on_disk.append(path, "one\n")
    assert synced == ["heads.log", "new"]
    on_disk.append(path, "zwei Größen\n")
    assert synced == ["heads.log", "new", "heads.log"]
    assert path.read_text("utf-8") == "one\nzwei Größen\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_replaced_in_one_step_and_its_new_name_is_durable(tmp_path: Path, synced: list[str]) -> None:
    path = tmp_path / "keys"
    path.write_text("old")
    (tmp_path / "keys.new").write_text("of a broken run")
    on_disk.replace(path, "new")
    assert synced == ["keys.new", tmp_path.name]
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "keys"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        on_disk.replace(path, "new")
    assert path.read_text() == "old"


def test_a_new_file_takes_no_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(FileExistsError), on_disk.new_file(tmp_path / "there"):
        pass
    assert (tmp_path / "there").read_text() == "mine"


def test_durable_writing_has_one_home() -> None:
    by_hand = {
        path.name
        for path in (ROOT / "participation").rglob("*.py")
        if re.search(r"\bos\.(?:fsync|fdatasync)\(", path.read_text("utf-8"))
    }
    assert by_hand == {"on_disk.py", "uploads.py"}, "pieces of an upload are written at their place in a file"
