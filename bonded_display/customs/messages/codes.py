"""Decide which public codes we write: units, countries, transport; each its own table.

The number 142 is a unit, a currency and a country, so the tables are never joined.
Source: customs.md section 7; more rows are added here when goods need them.
"""

CURRENCY_CNY = "142"
COUNTRY_CHINA = "142"
TRADE_MODE_BONDED = "1210"
ID_CARD = "1"
NO_BARCODE = "无"

REPORT_TYPES = ("1", "2", "3")
"""New, change, delete."""
REPORT_STATUSES = ("1", "2")
"""Save, declare."""

UNITS: dict[str, str] = {
    "007": "个",
    "008": "只",
    "011": "件",
    "012": "支",
    "015": "条",
    "020": "片",
    "021": "组",
    "025": "双",
    "035": "千克",
    "036": "克",
    "095": "升",
    "096": "毫升",
    "120": "箱",
    "122": "罐",
    "125": "包",
    "136": "袋",
    "139": "粒",
    "140": "盒",
    "142": "瓶",
}

COUNTRIES: dict[str, str] = {
    "110": "中国香港",
    "116": "日本",
    "132": "新加坡",
    "133": "韩国",
    "136": "泰国",
    "142": "中国",
    "143": "台澎金马关税区",
    "301": "比利时",
    "302": "丹麦",
    "303": "英国",
    "304": "德国",
    "305": "法国",
    "306": "爱尔兰",
    "307": "意大利",
    "309": "荷兰",
    "312": "西班牙",
    "331": "瑞士",
    "344": "俄罗斯",
    "410": "巴西",
    "501": "加拿大",
    "502": "美国",
    "601": "澳大利亚",
    "609": "新西兰",
}

TRANSPORT: dict[str, str] = {
    "0": "非保税区",
    "1": "监管仓库",
    "2": "水路运输",
    "3": "铁路运输",
    "4": "公路运输",
    "5": "航空运输",
    "6": "邮件运输",
    "7": "保税区",
    "8": "保税仓库",
    "9": "其他运输",
    "W": "物流中心",
    "X": "物流园区",
    "Y": "保税港区/综合保税区",
    "Z": "出口加工区",
    "H": "边境特殊海关作业区",
}
"""1210 through the second line of a comprehensive bonded zone: Y (inferred; to be confirmed)."""
