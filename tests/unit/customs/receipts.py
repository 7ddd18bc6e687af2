"""Decide how the customs tests write mail as customs does: receipts, bills, envelopes."""

from bonded_display.customs.transport import dxp
from tests.support.seams import START
from tests.unit.customs.examples import PARTIES

INVT_NO = "05012026I000000001"


def list_receipt(cop_no: str, *, status: int, time: str, more: str = "") -> str:
    """Return CEB622 for a list; ``more`` replaces the line with customs' number."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CEB622Message xmlns="http://www.chinaport.gov.cn/ceb" guid="PORT" version="1.0">
  <InventoryReturn>
    <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid>
    <customsCode>0501</customsCode>
    <agentCode>{PARTIES.agent.code}</agentCode>
    <copNo>{cop_no}</copNo>
    <preNo>B20261124000000001</preNo>
    {more or f"<invtNo>{INVT_NO}</invtNo>"}
    <returnStatus>{status}</returnStatus>
    <returnTime>{time}</returnTime>
    <returnInfo>[Code:1800;Desc:入库成功]</returnInfo>
  </InventoryReturn>
</CEB622Message>"""


def order_receipt(order_no: str, *, status: int, time: str, platform: str = "1401960001") -> str:
    """Return CEB312 for an order document."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CEB312Message xmlns="http://www.chinaport.gov.cn/ceb" guid="PORT" version="1.0">
  <OrderReturn>
    <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid>
    <ebpCode>{platform}</ebpCode>
    <ebcCode>{PARTIES.merchant.code}</ebcCode>
    <orderNo>{order_no}</orderNo>
    <returnStatus>{status}</returnStatus>
    <returnTime>{time}</returnTime>
    <returnInfo>处理完成</returnInfo>
  </OrderReturn>
</CEB312Message>"""


def request_receipt(kind: str, cop_no: str, *, status: int, time: str, platform: str = "") -> str:
    """Return CEB624 for a withdrawal or CEB626 for a goods return."""
    node = {"CEB624": "InvtCancelReturn", "CEB626": "InvtRefundReturn"}[kind]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind}Message xmlns="http://www.chinaport.gov.cn/ceb" guid="PORT" version="1.0">
  <{node}>
    <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid>
    <customsCode>0501</customsCode>
    <ebpCode>{platform or PARTIES.platform.code}</ebpCode>
    <copNo>{cop_no}</copNo>
    <preNo>B20261124000000009</preNo>
    <invtNo>{INVT_NO}</invtNo>
    <returnStatus>{status}</returnStatus>
    <returnTime>{time}</returnTime>
    <returnInfo>处理完成</returnInfo>
  </{node}>
</{kind}Message>"""


def bill_change(*, status: int, time: str, invt_no: str = INVT_NO, duty_no: str = "") -> str:
    """Return CEB818 for the bill that ``bill`` made."""
    duty = f"<entDutyNo>{duty_no}</entDutyNo>" if duty_no else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CEB818Message xmlns="http://www.chinaport.gov.cn/ceb" guid="PORT" version="1.0">
  <Tax>
    <TaxHeadStatus>
      <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid>
      <returnTime>{time}</returnTime>
      <invtNo>{invt_no}</invtNo>
      <taxNo>T2026001</taxNo>
      <status>{status}</status>
      {duty}
    </TaxHeadStatus>
  </Tax>
</CEB818Message>"""


def port_error(guid: str, *, kind: str, time: str) -> str:
    """Return CEB900 for one sending of ours."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CEB900Message xmlns="http://www.chinaport.gov.cn/ceb" guid="PORT" version="1.0">
  <MessageReturn>
    <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid>
    <returnStatus>-2</returnStatus>
    <returnInfo>报文格式校验失败</returnInfo>
    <returnTime>{time}</returnTime>
    <oriCopMsgId>{guid}</oriCopMsgId>
    <oriMessageType>{kind}</oriMessageType>
    <oriBizMessage>...</oriBizMessage>
  </MessageReturn>
</CEB900Message>"""


def bill(invt_no: str = INVT_NO, order_no: str = "") -> str:
    """Return CEB816 for a list of two lines; ``order_no`` as some recorded ones carry."""
    extra = f"<orderNo>{order_no}</orderNo>" if order_no else "<logisticsNo>X</logisticsNo>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CEB816Message xmlns="http://www.chinaport.gov.cn/ceb" guid="PORT" version="1.0">
  <Tax>
    <TaxHeadRd>
      <guid>4CDE1CFD-0000-0000-0000-C8022E42FC94</guid>
      <returnTime>20261124100300000</returnTime>
      <invtNo>{invt_no}</invtNo>
      <taxNo>T2026001</taxNo>
      <customsTax>0</customsTax>
      <valueAddedTax>112.78000</valueAddedTax>
      <consumptionTax>98.82</consumptionTax>
      <status>1</status>
      <assureCode>1401960006</assureCode>
      {extra}
    </TaxHeadRd>
    <TaxListRd><gnum>1</gnum><gcode>3303000020</gcode><taxPrice>800.00</taxPrice>
      <customsTax>0</customsTax><valueAddedTax>85.65</valueAddedTax>
      <consumptionTax>98.82</consumptionTax></TaxListRd>
    <TaxListRd><gnum>2</gnum><gcode>1901101010</gcode><taxPrice>298.00</taxPrice>
      <customsTax>0</customsTax><valueAddedTax>27.13</valueAddedTax>
      <consumptionTax>0</consumptionTax></TaxListRd>
  </Tax>
</CEB816Message>"""


BILL = bill()


def message(text: str, encoding: str = "utf-8") -> bytes:
    """Return the bytes of a business message."""
    return text.encode(encoding)


def mail(text: str, *, encoding: str = "utf-8") -> bytes:
    """Return the envelope that customs would put ``text`` in."""
    envelope = dxp.Envelope("IN-1", "DXPEDCCEB0000002", "DXPQZPLATFORM001", "CEB622Message", START)
    return dxp.wrap(envelope, message(text, encoding))
