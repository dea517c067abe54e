"""What the demo's camera sees: a drawn picture of a leak test, another one for each sample."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 720
WATER, BENCH, TUBE, CHAMBER = (120, 160, 178), (96, 98, 100), (226, 232, 234), (200, 216, 222)


def leak_test(sample: int) -> bytes:
    """A PNG of the set number ``sample`` held under water: no bubble at either joint."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), BENCH)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 150, WIDTH - 90, HEIGHT - 60), fill=WATER, outline=(60, 70, 76), width=8)
    draw.line((90, 190, WIDTH - 90, 190), fill=(190, 210, 220), width=4)
    shift = (sample * 37) % 90
    path = [(200, 0), (220 + shift, 330), (420 + shift, 430), (640, 430 + shift // 2)]
    draw.line(path, fill=TUBE, width=22, joint="curve")
    draw.line(
        [(800, 430 + shift // 2), (980, 420), (1040 - shift, 300), (1080, 0)], fill=TUBE, width=22
    )
    top = 385 + shift // 2
    draw.rounded_rectangle(
        (630, top, 810, top + 90), 30, fill=CHAMBER, outline=(90, 100, 106), width=5
    )
    draw.rectangle((600, top + 22, 640, top + 68), fill=(170, 60, 50))
    draw.text(
        (110, HEIGHT - 110), f"LEAK BATH 2   SET {sample}", fill=(240, 240, 240), font_size=32
    )
    return _as_a_camera_sees(picture, sample)


def _as_a_camera_sees(picture: Image.Image, seed: int) -> bytes:
    """Softened, unevenly lit, with the grain of a sensor (the same for the same seed)."""
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.4)), dtype=np.float32)
    light = np.linspace(0.82, 1.12, WIDTH, dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(seed).normal(0.0, 6.0, soft.shape).astype(np.float32)
    seen = np.clip(soft * light + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(seen).save(out, "PNG")
    return out.getvalue()
