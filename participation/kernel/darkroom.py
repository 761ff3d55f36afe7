"""The process that decodes a stranger's picture: `python -m participation.kernel.darkroom LONGEST`.

Reads the file from standard input, writes `media-type width height`, a line break and the new file to standard output.
Imports nothing of ours, so that it starts fast and has nothing to lose. Exit codes: 0 made, 3 too many pixels,
anything else: no picture for us (an exception of the decoder, or the end by a limit).
"""

import resource
import sys
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

MEMORY = 512 * 2**20
SECONDS = 10
MEGAPIXEL = 1_000_000
READ_PIXELS = 60 * MEGAPIXEL
MADE_PIXELS = 25 * MEGAPIXEL
WEBP_PIXELS = 25 * MEGAPIXEL  # its decoder holds three copies
STRIP = 64  # rows of the result that are made at once
FORMATS = ("JPEG", "PNG", "WEBP")
PLAIN_MODES = ("L", "RGB", "CMYK", "YCbCr")
TOO_LARGE = 3


def main() -> None:
    """Limit this process for good, then make one picture."""
    limit()
    data = sys.stdin.buffer.read()
    Image.MAX_IMAGE_PIXELS = READ_PIXELS  # Pillow itself refuses at twice this number while it opens
    try:
        made = develop(data, int(sys.argv[1]))
    except (Image.DecompressionBombError, MemoryError):
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(made)


def develop(data: bytes, longest: int) -> bytes:
    """Decode, shrink, turn upright, convert to sRGB, encode. Raises what Pillow raises, or DecompressionBombError."""
    picture: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > (WEBP_PIXELS if picture.format == "WEBP" else READ_PIXELS):
        raise Image.DecompressionBombError
    source, profile = picture.format, picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(_small(picture, longest))
    clean = _colours(upright, profile)
    return _encode(clean, source)


def limit() -> None:
    """Take memory, time and the writing of files from this process for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _small(picture: Image.Image, longest: int) -> Image.Image:
    longest = min(longest, int(MADE_PIXELS**0.5))
    if picture.mode == "RGBA" or picture.mode not in PLAIN_MODES or "transparency" in picture.info:
        picture = _reduced(picture, max(1, max(picture.size) // longest))
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """An RGBA copy, `factor` times smaller, made strip by strip: a full copy would not fit into the memory."""
    width, height = picture.size
    made = Image.new("RGBA", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, STRIP * factor):
        strip = picture.crop((0, top, width, min(top + STRIP * factor, height)))
        made.paste(_eight_bits(strip, picture).convert("RGBA").reduce(factor), (0, top // factor))
    made.info = {key: value for key, value in picture.info.items() if key != "transparency"}
    return made


def _eight_bits(strip: Image.Image, picture: Image.Image) -> Image.Image:
    """Grey with 16 bits becomes grey with 8; `convert` alone would cut everything above 255 off."""
    if strip.mode.startswith("I"):
        return strip.convert("I").point(lambda value: value / 256).convert("L")
    strip.info.update(picture.info)  # the transparent colour of palettes
    return strip


def _colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if _is_transparent(picture) else "RGB"
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            read = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(picture, read, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return made or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile costs some colour, not the picture
    return picture.convert(mode)


def _is_transparent(picture: Image.Image) -> bool:
    if not picture.has_transparency_data:
        return False
    opaque = picture.convert("RGBA").getchannel("A").histogram()[255]
    return opaque < picture.width * picture.height


def _encode(picture: Image.Image, source: str | None) -> bytes:
    """Write into a fresh picture: `info` of the old one (profile, comments, EXIF, XMP) is left behind."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    made = BytesIO()
    if source == "WEBP":
        kind = "webp"
        bare.save(made, "WEBP", quality=82, method=4)
    elif bare.mode == "RGBA":
        kind = "png"
        bare.save(made, "PNG", optimize=True)
    else:
        kind = "jpeg"
        bare.save(made, "JPEG", quality=84, optimize=True, progressive=True)
    return f"image/{kind} {bare.width} {bare.height}\n".encode("ascii") + made.getvalue()


if __name__ == "__main__":
    main()
