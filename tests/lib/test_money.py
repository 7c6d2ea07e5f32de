import pytest

from lib.money import say_price


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (12995, "129,95\u00a0$", "$129.95"),
        (0, "0,00\u00a0$", "$0.00"),
        (5, "0,05\u00a0$", "$0.05"),
        (123456, "1\u00a0234,56\u00a0$", "$1,234.56"),
        (-500, "-5,00\u00a0$", "-$5.00"),
    ],
)
def test_a_price_is_said_the_canadian_way(cents, french, english):
    assert (say_price(cents, "fr"), say_price(cents, "en")) == (french, english)
