"""How the encoding of a text file is told."""

import gzip

import pytest

from vbg_framework.data.readers.encoding import told_encoding

GERMAN = "id;Titel\n1;Schüssel, bemalt\n2;Öl auf Holz\n3;Große Kanne \u2013 „alt“\n"
FRENCH = "id,titre\n1,Éventail\n2,L\u2019œuvre dorée\n3,Café crème à l\u2019été\n"


def told(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    return told_encoding(path)


@pytest.mark.parametrize("text", [GERMAN, FRENCH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-32"])
def test_what_was_written_is_what_is_read(tmp_path, text, encoding):
    content = text.encode(encoding)
    assert content.decode(told(tmp_path, content)) == text
    assert content.decode(told(tmp_path, gzip.compress(content) + b"")) == text


def test_letters_beyond_ascii_may_come_late(tmp_path):
    assert told(tmp_path, b"id,title\n" + b"1,Bowl\n" * 400_000 + "2,Schüssel\n".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_an_encoding_that_nobody_can_tell_is_left_to_the_user(tmp_path, encoding):
    assert told(tmp_path, "id,title\n1,Кувшин глиняный\n".encode(encoding)) == "utf-8-sig"


def test_a_few_broken_bytes_do_not_change_the_rest(tmp_path):
    assert told(tmp_path, GERMAN.encode() + b"4,B\xf6wl\n") == "utf-8-sig"


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_where_two_encodings_stand_in_a_file_no_line_is_garbled(tmp_path, encoding):
    assert told(tmp_path, GERMAN.encode() + (GERMAN * 3).encode(encoding)) == "utf-8-sig"


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08damaged", b"plain ASCII"])
def test_what_tells_nothing_is_utf8(tmp_path, content):
    assert told(tmp_path, content) == "utf-8-sig"


@pytest.mark.parametrize(
    "encoding", ["cp1251", "koi8-r", "cp1256", "cp1253", "cp1255", "shift_jis", "euc_jp", "gb18030"]
)
def test_no_page_of_another_script_is_taken_for_a_western_one(tmp_path, encoding):
    words = {"cp1256": "إبريق مزخرف", "cp1253": "Μελανόμορφο αγγείο", "cp1255": "כד חרס מצויר"}
    text = words.get(encoding, "染付 花文 壺" if encoding in ("shift_jis", "euc_jp", "gb18030") else "кувшин расписной")
    assert told(tmp_path, "".join(f"{n};{text} {n}\n" for n in range(20)).encode(encoding)) == "utf-8-sig"


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_signs_of_western_catalogues_are_no_other_script(tmp_path, encoding):
    text = "1;¿Jarrón? \u2013 “año” 1790…\n2;Decoração, açucareiro\n3;Œuvre d\u2019été, 20 °C ± 5 %\n4;Skål på fødder\n"
    assert told(tmp_path, text.encode(encoding)) == encoding


CENTRAL = {
    "Polish": "Dzban gliniany, malowany\nMiska z uchem, żółta\nŁyżka srebrna\nTytuł: Święty Józef\nczęść naczynia",
    "Czech": "Džbán s ouškem, kamenina\nMísa na nožce\nTalíř s okrajem\nŘezba svatého Jiří\nměděný kotlík, Plzeň",
    "Slovak": "Džbán s uškom\nMisa na nôžke\nTanier s okrajom, hlina\nSoška svätého Juraja\nľudová keramika, košík",
    "Hungarian": "Korsó, mázas cserép\nTál kerek talppal\nSzűrőedény, fűszertartó\nEzüst kanál, Győr\nfestett láda",
    "Slovene": "Vrč z ročajem, žgana glina\nSkleda na nogi\nKrožnik z robom\nKipec svetega Jurija\nškatla",
    "Romanian": "Ulcior de lut, smălţuit\nVas cu toartă\nFarfurie pictată\nIcoană pe sticlă, Braşov",
}
WESTERN_WORDS = {
    "Swedish with French and Spanish": "Skål på fot, målad\nCafé crème à Liège\nJarrón de Córdoba, Cádiz, plátano",
    "Icelandic": "Könnuður með eyra\nSkál á fæti\nÞjóðminjasafn Íslands\nsilfurskeið, Ísafjörður, bláar rósir",
    "Portuguese with German": "Botões de prata\nDecoração, açucareiro\nSchüssel, bemalt\nCorações, São João",
    "Italian": "Brocca con città e santità\nPiù piatti, perché così\nGesù bambino, Lunedì",
    "French": "Pichet à anse, émail\nTête de Bouddha\nÉtui à aiguilles, où l'on a\ngoût, maître, Noël, château",
    "German with raised figures": "Schüssel¹ aus Böhmen\nTür, Öl, weiß, Größe\nGroße Kanne, 12 m²",
    "German with a few French words": "Schüssel aus Böhmen\nTür, Öl, weiß\nCrème-Dose, Molière",
}


@pytest.mark.parametrize("language", CENTRAL)
def test_a_table_of_central_europe_is_told_from_a_western_one(tmp_path, language):
    assert told(tmp_path, CENTRAL[language].encode("cp1250")) == "cp1250"
    assert told(tmp_path, CENTRAL[language].encode()) == "utf-8-sig"


@pytest.mark.parametrize("language", WESTERN_WORDS)
def test_a_western_table_is_no_central_one_in_however_many_languages(tmp_path, language):
    assert told(tmp_path, WESTERN_WORDS[language].encode("cp1252")) == "cp1252"
