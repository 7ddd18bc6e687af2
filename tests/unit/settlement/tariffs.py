"""The assumed rates of the worked examples, as tariffs."""

from settlement.tax.rates import ConsumptionRule, Tariff

FOOD = Tariff("2106909090", vat_bp=1300)
COSMETICS = Tariff(
    "3304990029",
    vat_bp=1300,
    consumption_rule=ConsumptionRule.COSMETICS_MEASURE,
    consumption_bp=1500,
    line_per_measure_fen=1000,
    line_per_piece_fen=1500,
)
WINE = Tariff(
    "2204210000", vat_bp=1300, consumption_rule=ConsumptionRule.AD_VALOREM, consumption_bp=1000
)
BAG = Tariff("4202210090", vat_bp=1300, duty_bp=600)
SPIRITS = Tariff(
    "2208300000",
    vat_bp=1300,
    consumption_rule=ConsumptionRule.SPECIFIC,
    consumption_bp=2000,
    specific_fen=50,
    specific_per_e5=50_000_000,
)
