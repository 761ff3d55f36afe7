"""A page of a PDF becomes a picture in a process of its own: bounded, or refused with a sentence."""

import io
import subprocess
import sys
from collections.abc import Sequence

import pytest
from PIL import Image

from participation.kernel import darkroom, images
from participation.kernel.files import FileRefused
from participation.kernel.images import Picture, page_of
from participation.kernel.refusal import Invalid
from participation.testing.pdf import assembled, packed_bomb, pdf

BLUE, WHITE = (0, 0, 255), (255, 255, 255)
PLOT = "0 0 2384 3370"  # A0
METRE = 72 / 0.0254
ENCRYPTED = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -4>>/ID[(0123456789abcdef)(0123456789abcdef)]"


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def noise() -> bytes:
    """A page that is a photo of nothing in particular."""
    photo = io.BytesIO()
    Image.effect_noise((1_500, 1_500), 80).convert("RGB").save(photo, "JPEG", quality=95)
    head = b"<</Type/XObject/Subtype/Image/Width 1500/Height 1500/ColorSpace/DeviceRGB/BitsPerComponent 8"
    scan = head + b"/Filter/DCTDecode/Length %d>>stream\n%b\nendstream" % (photo.tell(), photo.getvalue())
    return _page(b"1000 0 0 1000 0 0 cm /F Do", [scan], b"0 0 1000 1000")


def nested(levels: int, times: int) -> bytes:
    """A drawing that is drawn `times` times in a drawing that is …"""
    again = b"/F Do " * times
    forms = [_form(again, b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + level)) for level in range(levels)]
    return _page(again, [*forms, _form(b"0 0 1 rg 10 10 90 40 re f", b"")], b"0 0 200 100")


def _page(content: bytes, forms: Sequence[bytes], box: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>" % box
    stream = b"<</Length %d>>stream\n%b\nendstream" % (len(content), content)
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream, *forms])


def _form(content: bytes, resources: bytes) -> bytes:
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 200 100]%b/Length %d>>" % (resources, len(content))
    return head + b"stream\n" + content + b"\nendstream"


@pytest.mark.requirement("RA-4.2-01")
@pytest.mark.parametrize(
    ("box", "longest", "size"),
    [("0 0 200 100", 1_600, (1_600, 800)), (PLOT, 4_000, (2_830, 4_000)), ("-50 -50 150 50", 300, (300, 150))],
)
def test_a_page_is_drawn_as_large_as_was_asked(box: str, longest: int, size: tuple[int, int]) -> None:
    made = page_of(pdf(box=box), longest=longest)
    assert (made.media_type, made.width, made.height) == ("image/png", *size)
    assert opened(made).size == size


def test_lines_and_areas_keep_their_colours_and_stand_on_white() -> None:
    shown = opened(page_of(pdf(), longest=400))
    assert (shown.getpixel((100, 140)), shown.getpixel((350, 20))) == (BLUE, WHITE)


def test_no_page_gets_more_than_25_megapixels() -> None:
    made = page_of(pdf(box="0 0 500 500"), longest=9_000)
    assert made.width * made.height == darkroom.MADE_PIXELS


def test_a_scan_does_not_become_heavy() -> None:
    made = page_of(noise(), longest=4_000)
    assert made.media_type == "image/webp"
    assert len(made.data) < made.width * made.height / 2  # bytes; as PNG this one needs twice as many


def test_each_page_can_be_chosen_and_one_that_is_not_there_says_how_many_are() -> None:
    assert page_of(pdf(pages=3), 3, longest=100).width == 100
    for number in (0, 4, 10**18):
        with pytest.raises(Invalid) as refused:
            page_of(pdf(pages=3), number)
        assert refused.value.field == "page"
        assert "3 Seiten" in str(refused.value.sentence)


def test_a_picture_is_its_own_only_page() -> None:
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(held, "PNG")
    assert page_of(held.getvalue()).width == 40
    with pytest.raises(Invalid, match="refused") as refused:
        page_of(held.getvalue(), 2)
    assert "nur eine Seite" in str(refused.value.sentence)


BAD = {
    "nothing": (b"", "leer"),
    "a script": (b"<script>alert(1)</script>", "nicht vorgesehen"),
    "a drawing with scripts": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "nicht vorgesehen"),
    "half a file": (pdf()[:200], "beschädigt"),
    "no pages": (assembled([b"<</Type/Catalog>>"]), "beschädigt"),
    "words only": (b"%PDF-1.7\nhallo\n%%EOF\n", "beschädigt"),
    "with a password": (assembled([b"<<>>"], ENCRYPTED % (b"x" * 32, b"y" * 32)), "Kennwort"),
    "with a script": (pdf(words=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "Makros oder Programme"),
    "with a file inside": (pdf(words=b"/Names<</EmbeddedFiles 9 0 R>>"), "Makros oder Programme"),
    "without size": (pdf(box="0 0 0 0"), "länger als 4 Meter"),
    "thin as a hair": (pdf(box="0 0 5000 0.01"), "kürzer als 5 Millimeter"),
    "of 200 inches": (pdf(box="0 0 14400 14400"), "länger als 4 Meter"),
    "of 350 kilometres": (pdf(box="0 0 1000000000 1000000000"), "länger als 4 Meter"),
    "empty": (pdf(content=b""), "nichts zu sehen"),
    "900 MB packed": (packed_bomb(900), "zu aufwendig"),
    "drawn a billion times": (nested(6, 30), "zu aufwendig"),
}


@pytest.mark.requirement("RA-5.1.7-01")
@pytest.mark.parametrize("case", sorted(BAD))
def test_what_cannot_be_drawn_is_refused_with_a_sentence(case: str) -> None:
    data, words = BAD[case]
    with pytest.raises(FileRefused) as refused:
        page_of(data)
    assert words in str(refused.value.why)


def test_a_page_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.kernel.images.PATIENCE", 0.001)
    with pytest.raises(FileRefused, match="zu aufwendig"):
        page_of(pdf())


def test_pages_are_drawn_in_a_process_with_the_limits_of_the_dark_room(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, run = [], subprocess.run
    watched = lambda command, **more: seen.append((command, more.get("env"))) or run(command, **more)  # noqa: E731
    monkeypatch.setattr(images.subprocess, "run", watched)
    page_of(pdf(box=PLOT), longest=4_000)
    assert seen == [((sys.executable, "-m", "participation.kernel.darkroom_pages", "4000", "1"), {})]
    limits = told(
        "import resource; from participation.kernel import darkroom_pages; darkroom_pages.limit()\n"
        "for name in ('AS', 'CPU', 'FSIZE', 'CORE'): print(resource.getrlimit(getattr(resource, f'RLIMIT_{name}')))"
    )
    assert limits == [str((most, most)) for most in (512 * 2**20, 10, 0, 0)]


def test_the_library_for_pdf_is_never_in_the_process_of_the_site() -> None:
    assert told("import sys, app; app.create_app; print('pypdfium2' in sys.modules)") == ["False"]


def told(program: str) -> list[str]:
    """The lines that a process of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], cwd=images.ROOT, capture_output=True, check=True, text=True)
    return done.stdout.splitlines()
