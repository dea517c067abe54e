"""A picture counts only if it is there, fresh and not dark."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from devices import label as labels
from devices.clock import SystemClock
from devices.decoder import Decoder
from devices.drivers.camera import Camera
from devices.drivers.video import VideoFrames
from devices.faults import DeviceFault
from devices.freshness import Freshness
from devices.sim.bench import Bench
from devices.testing import SetClock, fault_of
from tests.devices.conftest import CONTENT, RAW, one


def make(url: str, decoder: Decoder, **options: object) -> Camera:
    """A camera driver."""
    return Camera(one("camera", "camera", url, **options), SystemClock(), decoder)


def code_of(fault: DeviceFault | None) -> str:
    """The fault's code, or nothing."""
    return fault.code if fault else ""


@pytest.mark.covers("F61")
def test_a_folder_of_frames(bench: Bench, decoder: Decoder, tmp_path: Path) -> None:
    folder = tmp_path / "bench" / "camera"
    camera = make(f"dir:{folder}", decoder)
    camera.open()
    photo = camera.take()
    assert photo.media_type == "image/png"
    assert len(photo.sha256) == 64
    bench.camera.black()
    assert code_of(fault_of(camera.take)) == "camera-black"
    bench.camera.frozen = True
    os.utime(bench.camera.frame, (1, 1))
    assert code_of(fault_of(camera.check)) == "camera-frozen"
    bench.camera.frame.write_bytes(b"not a picture")
    assert code_of(fault_of(camera.take)) == "picture-unusable"
    with bench.camera.frame.open("wb") as out:
        out.truncate(30 * 1024 * 1024)
    assert code_of(fault_of(camera.take)) == "picture-unusable"
    bench.camera.close()
    bench.camera.frame.unlink()
    assert code_of(fault_of(camera.check)) == "camera-frozen"
    shutil.rmtree(folder)
    assert code_of(fault_of(camera.check)) == "unplugged"
    assert code_of(fault_of(camera.open)) == "absent"
    camera.close()


@pytest.mark.covers("F61")
def test_a_video_file(decoder: Decoder, tmp_path: Path) -> None:
    path = str(tmp_path / "video.avi")
    video = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 240))
    for shift in (0, 40, 40):
        video.write(scene(shift))
    video.write(np.full((240, 320, 3), 250, dtype=np.uint8))
    video.release()
    camera = make(f"video:{path}", decoder)
    assert code_of(fault_of(camera.take)) == "absent"
    camera.open()
    assert camera.take().media_type == "image/jpeg"
    camera.check()
    assert code_of(fault_of(camera.check)) == "camera-frozen"
    assert code_of(fault_of(camera.take)) == "camera-blank"
    assert code_of(fault_of(camera.check)) == "unplugged"
    camera.close()
    camera.close()


class StubVideo:
    """A camera whose driver gives what it is told, always with True."""

    def __init__(self, frames: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]) -> None:
        self.frames, self.at, self.stamp_ms, self.open = frames, 0, 0.0, True

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.open

    def grab(self) -> bool:
        return True

    def read(self) -> tuple[bool, np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None]:
        if self.at >= len(self.frames):
            return False, None
        self.at += 1
        return True, self.frames[self.at - 1]

    def get(self, prop: int) -> float:
        return self.stamp_ms if prop == cv2.CAP_PROP_POS_MSEC else 0.0

    def set(self, prop: int, value: float) -> bool:
        return False

    def release(self) -> None:
        self.open = False


@pytest.mark.covers("F61")
def test_a_camera_that_answers_true_with_old_frames() -> None:
    clock, stub = SetClock(), StubVideo([scene(0), scene(20), scene(0), scene(60)])
    frames = VideoFrames("0", 90, Freshness(5), clock, lambda _: stub)
    frames.open()
    frames.grab()
    frames.grab()
    assert code_of(fault_of(frames.grab)) == "camera-replay"
    stub.stamp_ms = clock.monotonic_ns() / 1e6
    clock.pass_ms(6_000)
    fault = fault_of(frames.grab)
    assert code_of(fault) == ("camera-frozen" if sys.platform == "linux" else "")
    assert code_of(fault_of(frames.grab)) == "unplugged"
    frames.close()
    assert code_of(fault_of(frames.open)) == "absent"


@pytest.mark.skipif(sys.platform != "linux", reason="V4L2 is Linux's")
def test_no_video_device(decoder: Decoder) -> None:
    assert code_of(fault_of(make("video:9", decoder).open)) == "absent"


@pytest.mark.covers("F61")
def test_a_sequence_of_pictures(decoder: Decoder, tmp_path: Path) -> None:
    for number, shift in enumerate((0, 20, 20)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), scene(shift))
    (tmp_path / "3.png").write_bytes(labels.gs1_png(CONTENT))
    camera = make(f"sequence:{tmp_path}", decoder, frames=1)
    assert code_of(fault_of(camera.check)) == "absent"
    camera.open()
    assert camera.read()[1] == ()
    camera.check()
    assert code_of(fault_of(camera.check)) == "camera-frozen"
    photo, found = camera.read("]d2")
    assert [each.seen.raw for each in found] == [RAW]
    assert photo.data == labels.gs1_png(CONTENT)
    assert code_of(fault_of(camera.check)) == "unplugged"
    camera.close()
    assert code_of(fault_of(make(f"sequence:{tmp_path}/no", decoder).open)) == "absent"


def test_one_picture_file_is_read_over_the_whole_ladder(decoder: Decoder, tmp_path: Path) -> None:
    picture = tmp_path / "label.png"
    picture.write_bytes(labels.code128_png("TUBE-4711"))
    camera = make(f"image:{picture}", decoder, max_age_s=0)
    camera.open()
    assert [each.seen.raw for each in camera.read()[1]] == [b"TUBE-4711"]
    assert [each.seen.raw for each in camera.read("]d2")[1]] == [b"TUBE-4711"]


def test_an_url_of_no_kind(decoder: Decoder) -> None:
    with pytest.raises(msgspec.ValidationError):
        make("http://example.org/", decoder)


def scene(shift: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A coloured picture with something in it, moved."""
    grey = np.full((240, 320, 3), 90, dtype=np.uint8)
    grey[80:160, 60 + shift : 160 + shift] = 200
    return grey
