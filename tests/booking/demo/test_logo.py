import io

from PIL import Image

from booking.demo.logo import draw_logo


def test_the_demo_s_logo_is_small_square_and_has_round_corners():
    logo = draw_logo()
    picture = Image.open(io.BytesIO(logo.data))
    assert (logo.width, logo.height) == picture.size == (120, 120)
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((60, 110))[3] == 255
    assert len(logo.data) < 20_000
    assert draw_logo().mark == logo.mark
