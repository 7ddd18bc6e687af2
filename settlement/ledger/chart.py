"""Decide which accounts there are and what they are called; ``postings`` posts to them.

Numbers follow the Chinese enterprise chart (1xxx assets, 2xxx liabilities, 6xxx profit and loss).
"""

from dataclasses import dataclass

CASH_IN_TILL = "1001.01"
PROVIDER_CLEARING = "1012.01"
STOCK = "1405"
GOODS_IN_TRANSIT = "1406"
CASH_OVER_SHORT = "1901.01"
TILL_UNCLEAR = "1901.02"
GOODS_SENT_BACK = "1901.03"
SUPPLIER_PAYABLE = "2202"
ADVANCES = "2203"
IMPORT_TAX_COLLECTED = "2241.01"
OWED_TO_SHOPPER = "2241.02"
IMPORT_TAX_PAYABLE = "2221.01"
OUTPUT_VAT = "2221.02"
REVENUE = "6001"
DOMESTIC_REVENUE = "6001.01"
COMMISSION = "6051"
COST_OF_SALES = "6401"
IMPORT_TAX_EXPENSE = "6403"
SAMPLES_KEPT = "6602.01"
GOODS_LOST = "6711.01"


@dataclass(frozen=True, slots=True)
class Account:
    """One account: asset, liability, income or expense."""

    code: str
    name_zh: str
    name_en: str
    kind: str


CHART: dict[str, Account] = {
    account.code: account
    for account in (
        Account(CASH_IN_TILL, "库存现金—门店收银", "Cash in the tills", "asset"),
        Account(PROVIDER_CLEARING, "其他货币资金—支付机构待清算", "Provider clearing", "asset"),
        Account(STOCK, "库存商品—保税仓", "Stock in the bonded warehouse", "asset"),
        Account(GOODS_IN_TRANSIT, "发出商品", "Goods in transit", "asset"),
        Account(CASH_OVER_SHORT, "待处理财产损溢—现金长短款", "Cash over or short", "asset"),
        Account(TILL_UNCLEAR, "待处理财产损溢—收银待查", "Till money in doubt", "asset"),
        Account(GOODS_SENT_BACK, "待处理财产损溢—退运货物", "Goods sent back abroad", "asset"),
        Account(SUPPLIER_PAYABLE, "应付账款—供货商", "Supplier payable", "liability"),
        Account(ADVANCES, "合同负债—预收货款", "Advances from customers", "liability"),
        Account(
            IMPORT_TAX_COLLECTED, "其他应付款—代收进口税款", "Import tax collected", "liability"
        ),
        Account(OWED_TO_SHOPPER, "其他应付款—应退消费者", "Owed to the shopper", "liability"),
        Account(IMPORT_TAX_PAYABLE, "应交税费—代缴进口税款", "Import tax payable", "liability"),
        Account(OUTPUT_VAT, "应交税费—应交增值税（销项税额）", "Output VAT payable", "liability"),
        Account(REVENUE, "主营业务收入", "Revenue", "income"),
        Account(DOMESTIC_REVENUE, "主营业务收入—国内销售", "Domestic revenue", "income"),
        Account(COMMISSION, "其他业务收入—佣金", "Commission", "income"),
        Account(COST_OF_SALES, "主营业务成本", "Cost of sales", "expense"),
        Account(IMPORT_TAX_EXPENSE, "税金及附加—承担的进口税差", "Import tax borne", "expense"),
        Account(SAMPLES_KEPT, "管理费用—海关取样", "Samples kept by customs", "expense"),
        Account(GOODS_LOST, "营业外支出—海关没收、销毁", "Goods seized or destroyed", "expense"),
    )
}
