"""Keys proposed from labels."""

import pytest

from kartoteka.admin.naming import proposed_key, slug
from kartoteka.metadata.keys import is_free_for_field


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Loyalty level", "x_loyalty_level"),
        ("Дата рождения", "x_data_rozhdeniya"),
        ("Zażółć gęślą jaźń", "x_zazolc_gesla_jazn"),
        ("Größe (cm²)", "x_grosse_cm2"),
        ("№ 1/2", "x_no_1_2"),
        ("顧客", "x_field"),
        ("", "x_field"),
        ("  --  ", "x_field"),
        ("A" * 200, "x_" + "a" * 40),
        ("id", "x_id"),
        ("and", "x_and"),
    ],
)
def test_a_key_is_made_of_the_label(label: str, key: str) -> None:
    assert proposed_key(label, (), "field") == key
    assert is_free_for_field(key)


def test_taken_keys_get_a_number() -> None:
    assert proposed_key("City", {"x_city"}, "field") == "x_city_2"
    assert proposed_key("City", {"x_city", "x_city_2"}, "field") == "x_city_3"


def test_a_slug_has_no_other_letters() -> None:
    assert slug("Ёж & Щука — №7") == "yozh_shchuka_no7"
