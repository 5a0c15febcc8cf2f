"""Render text as a page image and degrade it as copiers, scanners and fax machines do."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT_ROOT = Path("/usr/share/fonts")
FONT_PATTERNS = (
    "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSerif-Regular",
    "LiberationSerif-Italic", "LiberationSansNarrow-Regular", "LiberationMono-Regular",
    "Carlito-Regular", "Carlito-Bold", "Caladea-Regular", "Caladea-Italic", "DejaVuSans",
    "DejaVuSerif", "DejaVuSansCondensed", "FreeSerif", "FreeSans", "texgyretermes-regular",
    "texgyrepagella-regular", "texgyrebonum-regular", "texgyreschola-regular",
    "texgyreheros-regular", "texgyreadventor-regular", "EBGaramond12-Regular", "LinLibertine_R",
    "LinBiolinum_R", "Lato-Regular", "OpenSans-Regular", "Roboto-Regular", "Courier Prime",
    "cmunrm", "NotoSans-Regular", "NotoSerif-Regular",
)  # fmt: skip


@lru_cache(maxsize=1)
def available_fonts() -> list[Path]:
    """Installed font files among `FONT_PATTERNS`, sorted by name."""
    files = {p.stem: p for p in sorted(FONT_ROOT.rglob("*.[ot]tf"))}
    return [files[name] for name in FONT_PATTERNS if name in files]


@dataclass(frozen=True)
class PageLook:
    """How a page was printed and scanned; `px` is the font size, `rotation` in degrees."""

    font: str
    px: int
    rotation: float
    blur: float
    noise: float
    mode: str
    threshold: int
    quality: int
    line_spacing: float


def random_look(rng: random.Random) -> PageLook:
    """Draw print and scan conditions from clean laser print to a bad second-generation copy."""
    return PageLook(
        font=str(rng.choice(available_fonts())),
        px=rng.choice((20, 22, 22, 24, 25, 25, 28, 28, 32, 36)),
        rotation=rng.uniform(-0.8, 0.8),
        blur=rng.uniform(0.2, 1.25),
        noise=rng.uniform(2, 38),
        mode=rng.choice(("gray", "jpeg", "bitonal")),
        threshold=rng.randint(105, 175),
        quality=rng.randint(18, 60),
        line_spacing=rng.uniform(1.2, 1.6),
    )


def draw(lines: list[str], look: PageLook) -> Image.Image:
    """Draw `lines` top-down on white paper, 8-bit grey."""
    font = ImageFont.truetype(look.font, look.px)
    margin = look.px * 2
    width = int(max((font.getlength(line) for line in lines), default=0)) + 2 * margin
    step = int(look.px * look.line_spacing)
    image = Image.new("L", (width, step * len(lines) + 2 * margin), 255)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((margin, margin + number * step), line, font=font, fill=12)
    return image


def degrade(image: Image.Image, look: PageLook, rng: random.Random) -> Image.Image:
    """Rotate, blur, add noise, then threshold or compress, as `look` says."""
    image = image.rotate(
        look.rotation, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    image = image.filter(ImageFilter.GaussianBlur(look.blur))
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, look.noise, pixels.shape)
    image = Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))
    if look.mode == "bitonal":
        return image.point(lambda value: 255 if value > look.threshold else 0)
    if look.mode == "jpeg":
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=look.quality)
        return Image.open(packed).convert("L")
    return image
