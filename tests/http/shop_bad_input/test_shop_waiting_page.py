"""The group is full: who orders is shown a page that waits with their form, and then stands."""

from lxml import html

from shop.place_order import placings
from tests.support.sample_house import one, rows


def form_of(page: str) -> dict[str, str]:
    (form,) = [form for form in html.fromstring(page).forms if form.action == "/checkout"]
    return dict(form.form_values())


def test_who_finds_no_room_waits_with_a_ticket_and_is_placed_by_it(app, buyer, monkeypatch):
    """503 with Retry-After from the loop, nothing stored; the page's own form is the order."""
    buyer(9, person=9).order()
    person = buyer()
    page = person.checkout()
    group = placings.of(one("SELECT id FROM warehouse"))
    monkeypatch.setattr(group, "most_waiting", 0)

    waiting = person.confirm(page)

    assert waiting.status_code == 503
    assert waiting.headers["Retry-After"] == "1"
    assert "您的位置已保留" in waiting.text
    assert waiting.headers["Cache-Control"] == "no-store"
    assert one("SELECT COUNT(*) FROM checkout") == 1
    assert len(rows("SELECT key FROM idempotency")) == 1

    monkeypatch.setattr(group, "most_waiting", 400)
    form = form_of(waiting.text)
    assert form["waiting_ticket"]
    placed = person.client.post("/checkout", data=form, headers={"Accept": "text/html"})

    assert placed.status_code == 303
    assert one("SELECT COUNT(*) FROM checkout") == 2
