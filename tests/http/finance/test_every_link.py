"""Every page that a person reaches by its links: found, open to them, in their language, strict."""

import html
import re
from collections import Counter

import pytest

from kernel import i18n
from shop.web.login import SHOPPER_COOKIE
from tests.http.finance.test_doors import INLINE, is_strict
from tests.http.storefront_house import Person
from tests.support.sample_house import shopper

STARTS = {
    "operator": ["/back-office/", "/back-office/sheets/", "/staff/passkeys"],
    "finance": ["/finance/"],
    "clerk": ["/till-desk/"],
    "admin": ["/operations/", "/back-office/", "/finance/"],
    "shopper": ["/", "/orders", "/identity", "/sessions"],
}
ALIKE = 3
"""Pages of one shape that are looked at: the orders of a list, the accounts of a ledger."""
UNPOSTED = r"/finance/sales/\d+"  # an order nobody paid has no postings, and the page says so
NOTHING_CHOSEN = r"/back-office/labels"  # a form that is sent without a tick, and the page says so
SWITCH = {"中文", "English"}
OTHER = {"zh-CN": "en", "en": "zh-CN"}
LONG_ENOUGH = {"zh-CN": r"[\u4e00-\u9fff].{3,}", "en": r"[A-Za-z]+ [A-Za-z]+ .+"}
IDS = frozenset(i18n.messages("en"))


def words_of(lang: str) -> set[str]:
    """Return what can only have been said in one language: the unchanging parts of messages."""
    parts = {
        part.strip() for said in i18n.messages(lang).values() for part in re.split(r"{\w+}", said)
    }
    other = set(i18n.messages(OTHER[lang]).values())
    return {one for one in parts if re.match(LONG_ENOUGH[lang], one)} - other - SWITCH


def texts(page: str) -> list[str]:
    """Return what a page says, each piece of text by itself."""
    pieces = re.split(r"<[^>]*>", re.sub(r"<script.*?</script>", "", page, flags=re.S))
    return [said for piece in pieces if (said := html.unescape(piece).strip())]


def links(page: str, here: str) -> list[str]:
    """Return the pages of ours that a page leads to."""
    found = [html.unescape(one) for one in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', page)]
    found = [here.partition("?")[0] + one if one.startswith("?") else one for one in found]
    return [one for one in found if re.match(r"/(?!static/|language/)", one)]


def findings(path: str, page: str, lang: str) -> list[str]:
    """Return what a page says that nobody should read, and what it has inline."""
    foreign = words_of(OTHER[lang])
    said = texts(page)
    raw = [one for piece in said for one in re.findall(r"[a-z_]+(?:\.[\w-]+)+", piece)]
    return [
        *(f"{path}: {one} is a message's id" for one in raw if one in IDS),
        *(f"{path}: {one!r} is in the other language" for one in said if one in foreign),
        *(f"{path}: {found[0]} is inline" for found in [INLINE.search(page)] if found),
        *([] if f'<html lang="{lang}"' in page else [f"{path}: does not name its language"]),
    ]


def walk(person: Person, starts: list[str], lang: str) -> tuple[int, list[str]]:
    """Follow every link; return how many pages there were, and what was wrong with them."""
    ways, seen, shapes = list(starts), set(), Counter()
    wrong: list[str] = []
    while ways:
        path = ways.pop()
        shape = re.sub(r"\d{6,}|after=[^&]+|before=[^&]+", "N", path)
        if path in seen or shapes[shape] >= ALIKE:
            continue
        seen.add(path)
        shapes[shape] += 1
        answer = person.client.get(path, headers=person.headers, follow_redirects=True)
        expected = {200, 404} if re.fullmatch(UNPOSTED, path) else {200}
        expected |= {422} if re.fullmatch(NOTHING_CHOSEN, path) else set()
        if answer.status_code not in expected:
            wrong.append(f"{path}: {answer.status_code}")
        if not is_strict(answer):
            wrong.append(f"{path}: headers")
        if answer.mimetype == "text/html":
            wrong += findings(path, answer.text, lang)
            ways += links(answer.text, path)
        answer.close()
    return len(seen), wrong


@pytest.mark.parametrize("lang", i18n.LANGS)
@pytest.mark.parametrize("role", STARTS)
def test_every_link_leads_to_a_page_in_the_reader_s_language(made, sample, app, enter, role, lang):
    """Six sales on their way, and somebody who opens everything that can be opened."""
    del made
    if role == "shopper":
        person = Person(app.test_client(), lang)
        person.client.set_cookie(SHOPPER_COOKIE, shopper(90).token)
        starts = [*STARTS[role], sample.label]
    else:
        person, starts = enter(role, lang), STARTS[role]

    count, wrong = walk(person, starts, lang)

    assert wrong == []
    assert count >= len(starts)


def test_a_page_that_says_the_wrong_thing_is_found():
    """The judge itself: an id, a sentence of the other language, a style, no language."""
    said = i18n.messages("zh-CN")["form_expired.what"]
    page = f'<html><p style="x">sign_out</p><p>operator.room</p><p>{said}</p>'

    told = findings("/", page, "en")

    assert len(told) == 4
