"""Pictures are made anew: small, upright, without metadata."""

import io
import struct
import sys
import zlib

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from participation.kernel.files import FileRefused
from participation.kernel.images import Picture, shrink

ORIENTATION, GPS = 0x0112, 0x8825
SECRET = b"Hausnummer 12"


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def position() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[GPS] = {1: "N", 2: (52.0, 1.0, 30.0), 3: "E", 4: (8.0, 32.0, 0.0)}
    return exif


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that no data follows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.mark.requirement("RA-3-13")
@pytest.mark.parametrize(
    ("mode", "kind", "media_type"),
    [
        ("RGB", "JPEG", "image/jpeg"),
        ("L", "JPEG", "image/jpeg"),
        ("CMYK", "JPEG", "image/jpeg"),
        ("RGB", "PNG", "image/jpeg"),
        ("1", "PNG", "image/jpeg"),
        ("P", "PNG", "image/jpeg"),
        ("I;16", "PNG", "image/jpeg"),
        ("RGB", "WEBP", "image/webp"),
    ],
)
def test_a_picture_comes_back_smaller_in_a_format_for_the_web(mode: str, kind: str, media_type: str) -> None:
    made = shrink(encoded(Image.new(mode, (2_000, 1_000)), kind))
    assert (made.media_type, made.width, made.height) == (media_type, 1_600, 800)
    assert opened(made).size == (1_600, 800)


def test_a_small_picture_is_not_made_larger() -> None:
    assert shrink(encoded(Image.new("RGB", (30, 20)), "JPEG")).width == 30


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_transparency_stays(kind: str, media_type: str) -> None:
    made = shrink(encoded(Image.new("RGBA", (40, 40), (200, 30, 30, 0)), kind))
    assert made.media_type == media_type
    assert opened(made).convert("RGBA").getpixel((5, 5))[3] == 0


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    assert shrink(encoded(Image.new("RGBA", (40, 40), (1, 2, 3, 255)), "PNG")).media_type == "image/jpeg"


def test_the_transparent_colour_of_a_palette_stays() -> None:
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.paste(0, (0, 0, 40, 20))
    shown = opened(shrink(encoded(palette, "PNG", transparency=0)))
    assert shown.getpixel((5, 5))[3] == 0
    assert shown.getpixel((5, 35)) == (200, 0, 0, 255)


def test_grey_with_16_bits_keeps_its_brightness() -> None:
    shown = opened(shrink(encoded(Image.new("I;16", (40, 40), 30_000), "PNG")))
    assert shown.getpixel((5, 5)) == (117, 117, 117)


@pytest.mark.requirement("RA-5.1.7-01", "RA-5.1.7-02")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_position_and_no_text_is_left_in_a_picture(kind: str) -> None:
    text = PngInfo()
    text.add_text("Comment", SECRET.decode())
    options = {"exif": position(), "comment": SECRET, "pnginfo": text, "xmp": b"<x>" + SECRET + b"</x>"}
    source = encoded(Image.new("RGB", (60, 40), "olive"), kind, **options)
    assert SECRET in source
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(GPS)
    made = shrink(source)
    assert SECRET not in made.data
    assert dict(opened(made).getexif()) == {}
    assert not {"exif", "xmp", "comment", "Comment", "icc_profile"} & set(opened(made).info)


def test_a_photo_held_sideways_stands_upright() -> None:
    photo = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(photo).rectangle((0, 0, 60, 200), fill="black")  # the left edge is the top of the scene
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    shown = opened(shrink(encoded(photo, "JPEG", exif=exif)))
    assert shown.size == (200, 400)
    assert max(shown.convert("RGB").getpixel((100, 20))) < 40
    assert min(shown.convert("RGB").getpixel((100, 380))) > 215


@pytest.mark.requirement("LP-07")
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photo_of_50_megapixels_is_shrunk_not_refused(mode: str) -> None:
    made = shrink(encoded(Image.new(mode, (8_200, 6_100)), "JPEG"))
    assert (made.width, made.height) == (1_600, 1_190)


def test_a_transparent_drawing_of_50_megapixels_is_shrunk_too() -> None:
    drawing = encoded(Image.new("RGBA", (8_200, 6_100), (0, 90, 90, 120)), "PNG", compress_level=1)
    assert shrink(drawing).media_type == "image/png"


BROKEN = {
    "nothing": b"",
    "no picture": b"%PDF-1.7 %%EOF",
    "half a photo": encoded(Image.effect_noise((300, 300), 50), "JPEG")[:5_000],
    "gif": encoded(Image.new("L", (9, 9)), "GIF"),
    "bmp": encoded(Image.new("L", (9, 9)), "BMP"),
    "header only": png_of_size(300, 300)[:40],
    "bomb of 61 megapixels": encoded(Image.new("1", (10_000, 6_100)), "PNG"),
    "bomb of 400 megapixels": png_of_size(20_000, 20_000),
    "bomb of the largest size": png_of_size(2**31 - 1, 2**31 - 1),
    "webp of 26 megapixels": encoded(Image.new("L", (6_500, 4_000)), "WEBP", method=0),
}


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize("case", sorted(BROKEN))
def test_a_broken_or_oversized_picture_is_refused(case: str) -> None:
    with pytest.raises(FileRefused):
        shrink(BROKEN[case])


def test_a_refused_bomb_says_that_it_has_too_many_pixels() -> None:
    with pytest.raises(FileRefused, match="zu viele Bildpunkte"):
        shrink(BROKEN["bomb of 400 megapixels"])


def test_a_page_behind_a_photo_does_not_come_back() -> None:
    page = b"<html><script>alert(1)</script>"
    assert b"<script" not in shrink(encoded(Image.new("RGB", (40, 40)), "JPEG") + page).data


def test_a_decoder_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.kernel.images.PATIENCE", 0.001)
    with pytest.raises(FileRefused, match="nicht lesen"):
        shrink(encoded(Image.new("RGB", (40, 40)), "JPEG"))


def test_the_dark_room_sees_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import os; print('image/png 1 1'); print(sorted(os.environ))"
    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setattr("participation.kernel.images.COMMAND", (sys.executable, "-c", program))
    assert b"SECRET_KEY" not in shrink(b"\xff\xd8\xff").data
