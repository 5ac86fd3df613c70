from parley.words import letters


def test_the_same_words_have_the_same_letters() -> None:
    assert (
        letters("Re-enter it, please: Straße 7!")
        == letters("reenter it please STRASSE 7")
        == "reenteritpleasestrasse7"
    )
    assert letters("what do you sell") != letters("what do you smell")
    assert letters("… !") == ""
