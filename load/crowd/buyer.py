"""Decides what whoever buys has in common: pages are read, forms sent, some twice, and money paid.

A request that writes is now and then sent twice, as by a phone on a bad line: the second answer
must be the first.
"""

from typing import Any

from requests.cookies import RequestsCookieJar

from load.crowd import noted, pages
from load.crowd.plan import Person, Shelf
from load.crowd.user import CrowdUser

PAGE = {"Accept": "text/html", "Accept-Language": "zh-CN,zh;q=0.9"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Buyer(CrowdUser):
    """One who sends what ``person`` sends, with the cookies of that person's browser."""

    abstract = True
    person: Person

    def act_as(self, person: Person) -> None:
        """Take a new browser in which ``person`` is signed in."""
        self.person = person
        jar = self.client.cookiejar
        jar.clear()
        session = RequestsCookieJar()
        session.set(self.crowd.plan.cookie, person.token, domain="127.0.0.1")
        for cookie in session:
            jar.set_cookie(cookie)

    def page(self, url: str, name: str) -> str:
        """Return a page as a browser gets it."""
        answer = self.ask("GET", url, name=name, headers=PAGE)
        return str(answer.text)

    def send(
        self, url: str, fields: dict[str, str], *, name: str, refusals: tuple[int, ...] = ()
    ) -> str | None:
        """Send a form, some twice; return where it leads, None when refused in words."""
        how: dict[str, Any] = {"name": name, "wanted": (303, *refusals)}
        how["headers"] = PAGE | FORM
        first = self.ask("POST", url, data=fields, **how)
        if self.crowd.chance(self.crowd.plan.habits.twice_bp):
            again = self.ask("POST", url, data=fields, **how)
            self.crowd.notebook.counts["sent twice"] += 1
            if (first.status_code, _leads(first)) != (again.status_code, _leads(again)):
                raise pages.PageStrange(f"{name}: the second answer is not the first")
        return _leads(first) if first.status_code == 303 else None

    def note_placed(self, where: str, fields: dict[str, str], *, key: str, shelf: Shelf) -> None:
        """Note an order as its page shows it."""
        number = pages.order_no(self.page(where, "order page"))
        self.crowd.notebook.note(
            noted.PLACED,
            key=key,
            checkout_id=int(where.rpartition("/")[2]),
            order_no=number,
            total_fen=int(fields["shown_total_fen"]),
            qty=int(fields["shown_qty"]),
            hot=shelf == self.crowd.plan.shelves[0],
        )

    def pay(self, where: str) -> None:
        """Pay on the provider's page that the order's page leads to."""
        button = pages.pay_form(self.page(where, "order page"))
        if button is None:
            raise pages.PageStrange("an order just placed cannot be paid")
        page_url = self.send(f"{where}/pay", button.fields, name="to the provider")
        token = pages.provider_token(self.page(str(page_url), "provider's page"))
        who = self.person
        typed = {"csrf_token": token, "name": who.name, "id_number": who.id_number}
        typed["phone"] = who.phone
        self.think()
        self.send(str(page_url), typed, name="pay at the provider")
        self.crowd.notebook.note(noted.MONEY, checkout_id=int(where.rpartition("/")[2]))


def _leads(answer: Any) -> str:
    return str(answer.headers.get("Location") or "") if answer.headers else ""
