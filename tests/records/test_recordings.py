from pathlib import Path

from records.recordings import WRITTEN_IN, delete


def test_files_are_deleted_by_the_names_that_events_give_them(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    (folder / "voicemail" / "shop").mkdir(parents=True)
    (folder / "c1.wav").touch()
    (folder / "voicemail" / "shop" / "c1.wav").touch()
    assert delete(folder, ["c1.wav", f"{WRITTEN_IN}voicemail/shop/c1.wav", "gone.wav"]) == 2
    assert [file for file in folder.rglob("*") if file.is_file()] == []


def test_nothing_outside_the_folder_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    other = tmp_path / "other.wav"
    other.touch()
    (folder / "link.wav").symlink_to(other)
    assert delete(folder, ["../other.wav", str(other), "link.wav", ""]) == 0
    assert other.exists()
