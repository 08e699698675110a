"""The check words in other languages: frozen, spelled with their own letters, far apart, never rude.

English has its own test. What no test here can hear was heard when the lists were made: in each
language no two words sound the same, and no two Chinese words are one pinyin letter apart.
"""

import unicodedata
from collections import defaultdict
from hashlib import sha256
from itertools import chain, combinations
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import merchants
from merchants.core.words import FIRST, SECOND, WORDS, words_of, words_on_screen

DATA = Path(merchants.__file__).parent / "data"
ID = UUID("0190b1c2-1111-7222-8333-444455556666")

# The checksum of the file, and the words of ID.
FROZEN = {
    "de": (
        "43cec934bdfbb4901145854f5ea67f0f31848c3dc9a38aa01dcc8be24bf715bd",
        ("Uniform", "Katze"),
    ),
    "es": (
        "4bdd8d491a876a9f0d091dc918b104ab14db4182366f9d242929d2fdc33cb8e5",
        ("tinta", "grapa"),
    ),
    "fr": (
        "4759060de6fd4666c244370fdc015548f1337035b641c82eff699f906fa8729c",
        ("tasse", "frite"),
    ),
    "it": (
        "7e978dd4b69b1f425737aa64ec328c0703941b92cbe9e7eccb5595fdd6a37928",
        ("turchese", "grappolo"),
    ),
    "nl": (
        "8991f4e8404122d3a14500ee35971d558103f1656adf72d7ffdee66b74745149",
        ("vest", "katoen"),
    ),
    "pl": (
        "48b79a442f518e54dd361e0de61630bb25d4e49e50d5db0bd40463510a65c3ee",
        ("tygrys", "łabędź"),
    ),
    "pt": (
        "4381a40b1bc1e9f9c23ecf970c5f50ec9b7d77faee5524cab1345811890080df",
        ("termo", "frasco"),
    ),
    "tr": (
        "73a29fb0d6f741d8ab6a31b2b729ad0f4758a0539bfb16f5ed0d85634973736b",
        ("üçgen", "kağıt"),
    ),
    "vi": (
        "eec2e211f71a7c34888dbbb59d1b97e508352abbf072fc59239f23975f745be5",
        ("tương ớt", "hoàng tử"),
    ),
    "zh": (
        "e7b1a4f9c6b2f42d99f5112f7b4248c42fbfa1efdb6fb6516134887a5a2f1c6b",
        ("樱桃", "荔枝"),
    ),
}

# Rude, or slang for it somewhere the language is spoken; and what a payer must not be called.
UNWANTED = {
    "de": "affe arsch bett busen dose dusche esel feige flittchen gans gas hammer hase huhn idiot kamel"
    " krebs kuh latte muschi nudel nutte ofen penis pflaume pimmel ratte rohr rübe sack sau schlampe"
    " schlange schwanz schwein stange ständer stern tod titte vogel waffe wurst ziege zug",
    "es": "bicho bizcocho bollo burro camote cabrón cajeta cerdo chile chocho chorizo chucha coño concha"
    " conejo culo gusano huevo judía leche mariposa mico moro mierda muerte negro paja paloma papaya pato"
    " pene pepino perra pico pija pinga pito polla puta rabo sapo teta tetera tortilla trucha viola zorra",
    "fr": "âne arme baleine bite boudin chameau chatte chienne cochon con concombre cornichon cul dinde"
    " fusil gland grue melon merde mort morue moule nichon noix phoque pipe poireau poufiasse poule prune"
    " putain pute queue raie salope saucisse sein sucette thon truie vache",
    "it": "banana cagna capra cazzo cetriolo cavolo coglione culo fica fico figa finocchio gnocco maiale"
    " merda mona morte oca passera patata pecora pene penna pirla pisello pompa porco rapa salame scopa"
    " sega seme tetta topa troia uccello vacca verme viola zoccola zoccolo",
    "nl": "aap ballen dood doos dom eikel ezel gat hoer kip kloot kogel kut kwal kwast lul mossel muts"
    " naaien paal pik plas poes pop pruim reet slang slet snikkel spleet tang trut varken wip worst zaad zak",
    "pl": "banan baran bóbr burak chuj cipa cycek czołg dupa gej gruszka gwizdek huj jajko kij kobra krowa"
    " kupa kurwa kutas laska lizak lód małpa miecz ogórek osioł parówka paw penis pistolet pizda ptak"
    " siki suka szczur szmata świnia trup warzywo wąż zioło zdzira żmija",
    "pt": "aranha baleia banana bicha bolacha boneca buceta buraco burro cacete carvalho cobra coco cu"
    " grelo mandioca mariposa mata melão merda morte nabo pau pato pênis pepino perereca peru pica pinto"
    " piranha pomba porra puta rabo rapariga rola sapatão tromba vaca vara veado viola xoxota",
    "tr": "am ampul at ayı bok balina civciv çük dal domuz eşek fahişe göt göbek hıyar hindi ibne keçi"
    " kıç kılıç koyun köpek kuş kurt kürek kürt kaltak maymun meme muz orospu öküz penis piç salak sik silah"
    " sosis şalgam taşak tavuk top tüfek yarak yılan yumurta",
    "vi": "chim chó cu cặc cứt dâm đít đĩ địt hến heo khỉ lồn lợn ma mướp sò bướm bưởi chết rượu bia súng"
    " vú phi_công máy_bay",
    "zh": "鸡 鸭 狗 猪 驴 龟 兔 屎 尿 屁 死 酒 毒 枪 炮 棺 墓 蕉 菊 绿帽 飞机 羊驼 豆腐 公主 小姐 包子 馒头"
    " 木耳 木瓜 黄瓜 黄色 草帽 苹果 小米 蚂蚁 银行",
}  # fmt: skip

BARE = str.maketrans("đłı", "dli")  # letters of their own, which no accent parts

others = pytest.mark.parametrize("language", sorted(FROZEN))


def test_every_list_is_frozen_here() -> None:
    assert set(WORDS) == {"en", *FROZEN}
    assert {file.name for file in DATA.glob("check_words*.txt")} == {
        "check_words.txt",
        *(f"check_words.{language}.txt" for language in FROZEN),
    }


@others
def test_a_list_never_changes(language: str) -> None:
    """Shown on two screens that may run two releases: a changed list makes one of them look false."""
    checksum, pair = FROZEN[language]
    assert sha256((DATA / f"check_words.{language}.txt").read_bytes()).hexdigest() == checksum
    assert words_of(ID, language) == pair


@others
def test_words_are_distinct_even_without_accents_and_capitals(language: str) -> None:
    first, second = WORDS[language]
    assert len(first) == len(second) == 256
    assert len({plain(word) for word in first + second}) == 512


@others
def test_words_are_spelled_with_the_letters_of_the_language(language: str) -> None:
    """NFC, so that equal words are equal bytes; short enough for a 360 px screen and one breath."""
    for word in chain(*WORDS[language]):
        assert unicodedata.is_normalized("NFC", word)
        letters = word.replace(" ", "") if language == "vi" else word
        script = "CJK UNIFIED IDEOGRAPH" if language == "zh" else "LATIN"
        assert letters.isalpha() and all(unicodedata.name(letter).startswith(script) for letter in letters)
        assert word == (word.capitalize() if language == "de" else word.lower())
        if language == "zh":
            assert len(word) == 2
        elif language == "vi":  # two syllables each, so that four in a row are read as two words
            assert len(word.split(" ")) == 2 and 4 <= len(word) <= 11
        else:
            assert 3 <= len(word) <= 9


@others
def test_no_two_words_of_a_language_are_easily_confused(language: str) -> None:
    """Two letters apart, three where one is longer than six; no plural, no same letters in another order."""
    words = [plain(word) for word in chain(*WORDS[language])]
    if language == "zh":  # its letters are words of their own: see the next test
        assert [word for word in words if word[::-1] in words and word[0] != word[1]] == []
        return
    assert [pair for pair in near_pairs(words) if confusable(*pair)] == []
    assert len({"".join(sorted(word)) for word in words}) == 512
    assert [(a, b) for a in words for b in words if a != b and b.startswith(a) and len(b) - len(a) <= 2] == []


@others
def test_words_of_a_column_begin_differently(language: str) -> None:
    """The first three letters tell them apart; in Vietnamese the first syllable; in Chinese either sign."""
    for column in WORDS[language]:
        if language == "zh":
            assert len({word[0] for word in column}) == len({word[1] for word in column}) == 256
        elif language == "vi":
            assert len({word.split()[0] for word in column}) == 256
        else:
            assert len({plain(word)[:3] for word in column}) == 256


@others
def test_no_word_is_an_english_one(language: str) -> None:
    """Else a German "Brief" or "Regal" among English words would be read as something else."""
    assert {plain(word) for word in chain(*WORDS[language])}.isdisjoint(FIRST + SECOND)


@others
def test_no_word_is_rude(language: str) -> None:
    words = {word.casefold() for word in chain(*WORDS[language])}
    unwanted = {word.replace("_", " ") for word in UNWANTED[language].split()}
    if language == "zh":  # no sign of a bad word, wherever it stands
        assert [(bad, word) for bad in unwanted for word in words if bad in word] == []
    elif language == "vi":
        assert [word for word in words if unwanted & {word, *word.split()}] == []
    else:
        assert words & unwanted == set()


@given(st.uuids(), st.sampled_from(sorted(WORDS)))
def test_equal_ids_have_equal_words_in_every_language(code_id: UUID, language: str) -> None:
    first, second = WORDS[language]
    pair = words_of(code_id, language)
    assert pair == words_of(UUID(str(code_id)), language) and pair[0] in first and pair[1] in second
    english = words_of(code_id)  # the same place in each list
    assert (FIRST.index(english[0]), SECOND.index(english[1])) == (
        first.index(pair[0]),
        second.index(pair[1]),
    )


@given(st.uuids(), st.integers(0, 15), st.sampled_from(sorted(WORDS)))
def test_words_depend_on_every_byte(code_id: UUID, place: int, language: str) -> None:
    """Of the 255 ids that differ in one byte only, hardly one has the same words."""
    pair = words_of(code_id, language)
    changed = [code_id.int ^ (bits << (8 * place)) for bits in range(1, 256)]
    assert sum(words_of(UUID(int=number), language) == pair for number in changed) <= 3


def test_the_first_part_of_a_tag_chooses_the_list() -> None:
    assert words_of(ID, "de-AT") == words_of(ID, "DE") == words_of(ID, "de") != words_of(ID)
    assert words_of(ID, "zh-Hans-CN") == words_of(ID, "zh")
    assert words_of(ID, "tlh") == words_of(ID, "") == words_of(ID, "en-GB") == words_of(ID)


def test_screens_speak_the_language_of_the_place() -> None:
    assert words_on_screen(ID, "AT") == " ".join(words_of(ID, "de"))
    assert words_on_screen(ID, "VN") == " ".join(words_of(ID, "vi"))
    assert (
        words_on_screen(ID, "HK")
        == words_on_screen(ID, "US")
        == words_on_screen(ID, "XX")
        == " ".join(words_of(ID))
    )


def plain(word: str) -> str:
    """Without capitals and accents, as somebody in a hurry reads or types it."""
    bare = unicodedata.normalize("NFD", word.casefold().translate(BARE))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def confusable(a: str, b: str) -> bool:
    return distance(a, b) <= (2 if max(len(a), len(b)) > 6 else 1)


def distance(a: str, b: str) -> int:
    """Levenshtein's: letters changed, added or lost."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def near_pairs(words: list[str]) -> set[tuple[str, str]]:
    """All pairs at most two apart, and some others: both become the same when up to two letters are lost."""
    by_rest = defaultdict(set)
    for word in words:
        for lost in range(3):
            for rest in combinations(word, len(word) - lost):
                by_rest[rest].add(word)
    return {pair for group in by_rest.values() for pair in combinations(sorted(group), 2)}


def test_the_measures_themselves() -> None:
    assert distance("mer", "mère") == distance("vaca", "baca") + 1 == 2
    assert confusable("giraffe", "graf") is False and confusable("tablett", "tablette")
    assert near_pairs(["giraffe", "girafe", "zoo"]) == {("girafe", "giraffe")}
    assert plain("Đu ĐỦ") == "du du" and plain("Straße") == "strasse" and plain("mère") == "mere"
