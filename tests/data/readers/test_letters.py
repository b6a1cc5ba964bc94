"""Letters of Central and of Western Europe."""

import pytest

from vbg_framework.data.readers.letters import explained_more


def both(text, page):
    data = text.encode(page)
    return [data.decode(each, errors="replace") for each in ("cp1252", "cp1250")]


@pytest.mark.parametrize("text", ["Příbram, měděný kotlík, žluť", "Szűrőedény, bögre", "Vrč, škatla, žlica"])
def test_words_of_central_europe_are_explained_better_as_such(text):
    assert explained_more(*both(text, "cp1250")) > 0


@pytest.mark.parametrize("text", ["Crème, où, à Liège, fenêtre", "Öl auf Holz, weiß", "Botões, São João, ação"])
def test_western_words_are_not(text):
    assert explained_more(*both(text, "cp1252")) <= 0


def test_text_without_such_letters_tells_nothing():
    assert explained_more("plain", "plain") == 0
