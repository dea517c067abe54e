"""A picture counts only if it is there, fresh and not dark."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from devices.clock import SystemClock
from devices.decoder import Decoder
from devices.drivers.camera import Camera
from devices.faults import DeviceFault
from devices.sim.bench import Bench
from devices.testing import fault_of
from tests.devices.conftest import one


def make(url: str, decoder: Decoder, **options: object) -> Camera:
    """A camera driver."""
    return Camera(one("camera", "camera", url, **options), SystemClock(), decoder.look)


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
def test_a_video_source(decoder: Decoder, tmp_path: Path) -> None:
    path = str(tmp_path / "video.avi")
    video = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 240))
    for shade in (90, 150, 150):
        video.write(np.full((240, 320, 3), shade, dtype=np.uint8))
    video.release()
    camera = make(f"video:{path}", decoder)
    assert code_of(fault_of(camera.take)) == "absent"
    camera.open()
    assert camera.take().media_type == "image/jpeg"
    camera.check()
    assert code_of(fault_of(camera.check)) == "camera-frozen"
    assert code_of(fault_of(camera.check)) == "unplugged"
    camera.close()
    camera.close()


def test_an_url_of_no_kind(decoder: Decoder) -> None:
    with pytest.raises(msgspec.ValidationError):
        make("http://example.org/", decoder)
