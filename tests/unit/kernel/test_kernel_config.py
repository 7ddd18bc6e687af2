"""Settings: where they come from, and what production refuses."""

import base64
import json
from dataclasses import replace

import pytest

from kernel import config as settings
from kernel.config import Config, ConfigInvalid
from kernel.config.findings import check


@pytest.fixture
def live(tmp_path):
    """Settings that may start in production."""
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"certificate_b64": base64.b64encode(b"0\x82 real").decode()}))
    return replace(
        settings.load(None, {}),
        mode="production",
        public_url="https://shop.qianzhan.cn",
        database_url="postgresql+psycopg://db/qianzhan",
        secret_key="k" * 40,
        master_key="1a" * 32,
        lookup_key="2b" * 32,
        stripe_url="https://api.stripe.com",
        stripe_api_key="sk_live_x",
        stripe_webhook_secret="whsec_live",
        payment_company_url="https://pay.qianzhan.cn",
        courier_url="https://courier.qianzhan.cn",
        identity_url="https://identity.qianzhan.cn",
        zone_url="https://zone.qianzhan.cn",
        customs_data_url="https://customs.qianzhan.cn/ceb2grab/grab/realTimeDataUpload",
        payee_account="1402000000000000001",
        signing_key_file=str(key),
        trusted_proxies="10.0.3.0/24",
    )


def keys(config: Config) -> list[str]:
    return [finding.key for finding in check(config)]


def test_the_demo_starts_with_nothing_set():
    """An empty environment and no file: nothing to complain of."""
    assert check(settings.load(None, {})) == []


def test_production_starts_with_everything_set(live):
    """The settings every other test here spoils."""
    assert check(live) == []


@pytest.mark.parametrize(
    ("trusted", "said"),
    [
        ("", "names no proxy"),
        ("the-proxy", "is neither an address nor a network"),
        ("10.0.3.7/24", "is neither an address nor a network"),
        ("10.0.3.4, 0.0.0.0/0", "0.0.0.0/0 is half the world"),
        ("::/0", "::/0 is half the world"),
    ],
)
def test_production_refuses_proxies_that_make_no_sense(live, trusted, said):
    """Who trusts everybody lets everybody choose the address that limits count."""
    (finding,) = check(replace(live, trusted_proxies=trusted))

    assert finding.key == "trusted_proxies"
    assert said in finding.what


def test_production_names_every_trace_of_the_demo_at_once():
    """The defaults, only the mode changed: one reading names them all."""
    demo = replace(settings.load(None, {}), mode="production")

    assert set(keys(demo)) == {
        "database_url",
        "secret_key",
        "master_key",
        "lookup_key",
        "stripe_webhook_secret",
        "stripe_api_key",
        "stripe_url",
        "payment_company_url",
        "courier_url",
        "identity_url",
        "zone_url",
        "customs_data_url",
        "payee_account",
        "public_url",
        "signing_key_file",
        "trusted_proxies",
    }
    assert all(str(finding).startswith(finding.key) for finding in check(demo))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8082",
        "https://localhost",
        "https://a.localhost/x",
        "https://127.1",
        "https://2130706433",
        "https://[::1]:9",
        "https://0.0.0.0",
        "http://courier.cn",
        "nonsense",
    ],
)
def test_production_wants_the_real_other_side(live, url):
    """Every spelling of this machine, and plain http."""
    assert set(keys(replace(live, courier_url=url))) == {"courier_url"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stripe_api_key", "sk_test_51"),
        ("stripe_api_key", "rk_test_51"),
        ("secret_key", "short"),
        ("master_key", "xyz"),
        ("lookup_key", "2b" * 31),
        ("lookup_key", "1a" * 32),
        ("mode", "prod"),
        ("shard", 8),
        ("web_port", 70_000),
        ("web_processes", 0),
        ("master_key_version", 0),
        ("dxp_id", ""),
        ("database_url", "mysql://x"),
        ("database_url", "sqlite:///x.db"),
        ("digest_method_uri", ""),
        ("public_url", "https://id.example"),
    ],
)
def test_one_wrong_setting_is_one_finding(live, key, value):
    """Each named by its key."""
    assert set(keys(replace(live, **{key: value}))) == {key}


@pytest.mark.parametrize(
    "certificate", [b"0\x82..Qianzhan Demo CA..", b"0\x82..Simulated customs CA.."]
)
def test_production_refuses_a_key_of_the_simulated_customs(live, tmp_path, certificate):
    """The certificate says who issued it."""
    key = tmp_path / "demo.json"
    key.write_text(json.dumps({"certificate_b64": base64.b64encode(certificate).decode()}))

    assert keys(replace(live, signing_key_file=str(key))) == ["signing_key_file"]


def test_sqlite_has_one_server_process():
    """Two would write past each other's committer."""
    two = settings.load(None, {"QIANZHAN_WEB_PROCESSES": "2"})

    assert keys(two) == ["web_processes"]


def test_a_file_then_the_environment(tmp_path):
    """Tables and dotted keys mean the same; the environment wins; places follow home."""
    file = tmp_path / "q.toml"
    file.write_text('home = "/srv/q"\nweb.port = 9\n[stripe]\nurl = "https://a"\napi_key = "sk"\n')

    loaded = settings.load(None, {"QIANZHAN_CONFIG": str(file), "QIANZHAN_STRIPE_URL": "https://b"})

    assert (loaded.stripe_url, loaded.stripe_api_key, loaded.web_port) == ("https://b", "sk", 9)
    assert loaded.dxp_dir == "/srv/q/dxp"
    assert loaded.database_url == "sqlite:////srv/q/qianzhan.db"


def test_a_name_that_means_nothing_is_a_finding(tmp_path):
    """A typing error is not a silent default, in the file nor in the environment."""
    file = tmp_path / "q.toml"
    file.write_text('databse_url = "x"\n[stripe]\nurll = "y"\n')

    loaded = settings.load(file, {"QIANZHAN_SHRD": "1", "QIANZHAN_OFFICIAL": "/x", "PATH": "/bin"})

    assert keys(loaded) == ["databse_url", "shrd", "stripe_urll"]


def test_wrong_kinds_are_named_together_and_secrets_not_shown(tmp_path):
    """A number for a text, a text for a number, a truth for a number."""
    file = tmp_path / "q.toml"
    file.write_text("secret_key = 123456\nshard = true\n")

    with pytest.raises(ConfigInvalid) as refused:
        settings.load(file, {"QIANZHAN_WEB_PORT": "http"})

    assert {finding.key for finding in refused.value.findings} == {
        "secret_key",
        "shard",
        "web_port",
    }
    assert "123456" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """Absent, and no TOML."""
    broken = tmp_path / "b.toml"
    broken.write_text("= 1")

    for path in (tmp_path / "none.toml", broken):
        with pytest.raises(ConfigInvalid, match="cannot be read"):
            settings.load(path, {})


def test_secrets_do_not_show_when_settings_are_printed(live):
    """A log line with the settings gives nothing away."""
    shown = repr(live)

    for secret in (live.secret_key, live.master_key, live.lookup_key, live.stripe_api_key):
        assert secret not in shown


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "must be an http or https URL"),
        ("ftp://gateway", "must be an http or https URL"),
        ("http://gateway.qianzhan.cn", "must be https"),
        ("https://127.0.0.1/dxp", "points at this machine"),
    ],
)
def test_a_gateway_that_production_refuses(live, url, said):
    """Messages hold personal data: neither in the clear nor to a simulator."""
    over_http = replace(live, dxp_adapter="http")
    (finding, *_) = check(replace(over_http, dxp_url=url))

    assert finding.key == "dxp_url"
    assert said in finding.what
    assert check(replace(over_http, dxp_url="https://gateway.qianzhan.cn/dxp")) == []


def test_one_demo_key_in_a_folder_of_keys_is_refused(live, tmp_path):
    """Each file is looked at, whatever its name."""
    folder = tmp_path / "keys"
    folder.mkdir()
    for name, certificate in (("a", b"0 real"), ("b", b"0 SIMULATED CUSTOMS CA")):
        told = {"certificate_b64": base64.b64encode(certificate).decode()}
        (folder / f"{name}.json").write_text(json.dumps(told))

    assert keys(replace(live, signing_key_file=str(folder))) == ["signing_key_file"]
    (folder / "b.json").unlink()
    assert keys(replace(live, signing_key_file=str(folder))) == []
