"""An index that is lost, cut or bit-flipped: noticed, survived, and as good as new when it was fed again."""

import random
import shutil
from pathlib import Path

import pytest

from kartoteka.search.engine import EVERYBODY, Document, IndexDamagedError
from tests.search.conftest import Shelf

TEXTS = [f"card number{n} of client{n % 7} with words{n % 13}" for n in range(1, 301)]


def index_files(shelf: Shelf) -> list[Path]:
    return sorted(file for file in shelf.folder.rglob("*") if file.is_file() and "LOCK" not in file.name)


def assert_survives(shelf: Shelf) -> None:
    """Either the damage is noticed or the answers are right; fed again, the index is as new."""
    engine = shelf.reopen()
    if engine.healthy():
        if engine.position():
            assert shelf.find("client3 ") == [n for n in range(1, 301) if n % 7 == 3]
    else:
        try:
            shelf.find("client3 ")
        except IndexDamagedError:
            pass
    engine.clear()
    shelf.put(*TEXTS)
    assert engine.healthy()
    assert engine.position() == 300
    assert shelf.find("client3 ") == [n for n in range(1, 301) if n % 7 == 3]


def test_the_whole_folder_lost(shelf: Shelf) -> None:
    shelf.put(*TEXTS)
    shutil.rmtree(shelf.folder)
    assert (shelf.engine.position(), shelf.find("client3 ")) == (0, [])
    shelf.put(*TEXTS)
    assert shelf.engine.healthy()
    assert len(shelf.find("client3 ")) == 43


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_every_single_file_lost(shelf: Shelf) -> None:
    shelf.put(*TEXTS)
    for file in [file.relative_to(shelf.folder) for file in index_files(shelf)]:
        if (shelf.folder / file).exists():
            (shelf.folder / file).unlink()
            assert_survives(shelf)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_bits_flipped_and_files_cut(shelf: Shelf) -> None:
    shelf.put(*TEXTS)
    dice = random.Random(7)
    for turn in range(12):
        file = dice.choice([file for file in index_files(shelf) if file.stat().st_size])
        content = bytearray(file.read_bytes())
        if turn % 4:
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        else:
            del content[dice.randrange(len(content)) :]
        file.write_bytes(content)
        assert_survives(shelf)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_damage_is_noticed(shelf: Shelf) -> None:
    shelf.put(*TEXTS)
    assert shelf.reopen().healthy()
    biggest = max(index_files(shelf), key=lambda file: file.stat().st_size)
    content = bytearray(biggest.read_bytes())
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    biggest.write_bytes(content)
    assert not shelf.reopen().healthy()


def test_a_rebuilt_index_answers_like_a_fresh_one(shelf: Shelf, tmp_path: Path) -> None:
    fresh = Shelf(shelf.make, tmp_path / "fresh")
    for start in range(0, 300, 50):
        shelf.put(*TEXTS[start : start + 50], first=start + 1)
    shelf.put("to be replaced", first=17)
    shelf.put(TEXTS[16], first=17)
    fresh.engine.replace(Document("client", n, {EVERYBODY: text}) for n, text in enumerate(TEXTS, start=1))
    for question in ("client3 ", "number17 ", '"words3"', "card numb"):
        assert shelf.find(question) == fresh.find(question) != []
