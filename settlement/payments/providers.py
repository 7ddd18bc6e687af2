"""Decide which payment providers this installation has and what each may be used for.

What they do with money is in ``stripe_provider`` and ``boxed_wallet``.
"""

from collections.abc import Mapping

from kernel import config
from kernel.config import Config, Finding
from settlement.payments.boxed_wallet import BoxedWallet
from settlement.payments.errors import ProviderCannotDeclare, ProviderUnknown
from settlement.payments.provider import DeclaringProvider, PaymentProvider
from settlement.payments.stripe_provider import StripeProvider

_providers: Mapping[str, PaymentProvider] = {}


def make_providers(settings: Config) -> dict[str, PaymentProvider]:
    """Return the providers that ``settings`` describe, by name."""
    stripe = StripeProvider(api_url=settings.stripe_url, api_key=settings.stripe_api_key)
    wallet = BoxedWallet(money=stripe, company_url=settings.payment_company_url)
    return {stripe.name: stripe, wallet.name: wallet}


def use(providers: Mapping[str, PaymentProvider]) -> None:
    """Make ``providers`` those of this process; an empty one means: make them from settings."""
    global _providers
    _providers = providers


def provider(name: str) -> PaymentProvider:
    """Return the provider of a name; raises ``ProviderUnknown``."""
    if not _providers:
        use(make_providers(config.current()))
    if name not in _providers:
        raise ProviderUnknown(provider=name)
    return _providers[name]


def provider_can_declare(name: str) -> bool:
    """Return whether a provider can declare payments to customs; raises ``ProviderUnknown``."""
    return provider(name).capabilities.can_declare


def declaring(name: str) -> DeclaringProvider:
    """Return a provider that declares.

    Raises ``ProviderCannotDeclare``: a retail-import offer with this provider stays closed.
    """
    found = provider(name)
    if not (found.capabilities.can_declare and isinstance(found, DeclaringProvider)):
        raise ProviderCannotDeclare(provider=name)
    return found


def findings_for_retail_import(names: list[str]) -> list[Finding]:
    """Return what is missing before retail-import offers with these providers may open."""
    missing = "cannot declare payments to customs (CEB411): its retail-import offers stay closed"
    return [
        Finding(f"provider {name}", missing) for name in names if not provider_can_declare(name)
    ]
