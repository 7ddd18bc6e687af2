"""Decides how a storefront page is put together: language, words, and errors where they arose.

Leaves the sentences to templates/messages and the layout to templates/.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from kernel import i18n, metrics, web
from kernel.errors import Problem, Refusal, family_of
from kernel.logs import log
from shop.offer.notices import NOTICES, NOTICES_VERSION
from shop.web.login import visitor

View = Callable[..., Any]
Typed = Mapping[str, str]
NOTHING_TYPED: Typed = {}
FORM = "form"

# The field at which a problem is shown when the form has it; else it is about the whole form.
_FIELD_OF = {
    "phone_invalid": "phone",
    "code_wrong": "code",
    "code_gone": "code",
    "name_invalid": "name",
    "id_number_invalid": "id_number",
    "id_number_not_mainland": "id_number",
    "identity_minor": "id_number",
    "consent_not_given": "consent",
    "consignee_name_invalid": "consignee_name",
    "district_unknown": "district",
    "address_too_short": "address",
    "address_is_outlet": "address",
    "quantity_invalid": "qty",
    "quantity_changed": "price",
    "stock_short": "qty",
    "over_single_limit": "qty",
    "over_year_limit": "qty",
    "over_weight_limit": "qty",
    "price_changed": "price",
    "notices_not_accepted": "notices",
}


@dataclass(frozen=True)
class Mishap:
    """A problem as a form shows it: where, and in words."""

    problem: Problem
    field: str
    words: i18n.Words

    @property
    def key_is_spent(self) -> bool:
        """Return whether the form's idempotency key was answered for good.

        Judged refusals are remembered under their key, so the next try needs a new one.
        Everything else is not; after ``Unavailable`` nobody even knows what happened, and
        the same key is what keeps a second try from becoming a second order.
        """
        return isinstance(self.problem, Refusal)


def page(template: str, **facts: Any) -> Response:
    """Return a storefront page in the person's language."""
    body = render_template(
        f"storefront/{template}.html",
        signed_in=visitor().shopper is not None,
        notices=NOTICES,
        notices_version=NOTICES_VERSION,
        **facts,
    )
    return make_response(body)


def shown_again(form_page: Callable[..., Response], *fields: str) -> Callable[[View], View]:
    """Show the form again, as typed, with the problem at its field, when a view raises one.

    ``form_page(mishap=…, typed=…)`` draws the form, ``fields`` are those it shows problems at.
    Programs, which ask for JSON, get the problem itself from kernel.web.
    """

    def around(view: View) -> View:
        @wraps(view)
        def answered(**values: Any) -> Any:
            try:
                return view(**values)
            except Problem as problem:
                if not web.wants_page():
                    raise
                metrics.problems.labels(problem.code).inc()
                answer = form_page(mishap=_mishap(problem, fields), typed=request.form, **values)
                answer.status_code = web.STATUS[family_of(problem)]
                answer.headers.update(web.problem_headers(problem))
                return answer

        return answered

    return around


def _mishap(problem: Problem, fields: tuple[str, ...]) -> Mishap:
    field = _FIELD_OF.get(problem.code, FORM)
    return Mishap(problem, field if field in fields else FORM, _words(problem))


def _words(problem: Problem) -> i18n.Words:
    """Return the problem's words; its family's, and a line in the log, where it has none."""
    try:
        return i18n.problem_words(problem, web.lang())
    except i18n.MissingMessage:
        log.error("problem_without_words", code=problem.code, exc_info=True)
        return i18n.problem_words(family_of(problem)(), web.lang())
