"""Decides which rows one past order has, table by table: plain ``INSERT ... SELECT``.

``told`` names the orders in hand, ``seed_goods`` every article with its shelf and its tax.
"""

import re

GOODS = """
CREATE TABLE seed_goods AS
SELECT row_number() OVER (ORDER BY i.sku) - 1 AS g, i.id AS item_id, i.sku, i.gtin14,
       b.id AS book_item_id, b.item_record_no, b.gname, b.gmodel, b.hs_code, b.origin_code,
       b.unit_code, b.unit1_code, b.unit2_code, b.qty1_e5_per_piece AS qty1_e5,
       b.qty2_e5_per_piece AS qty2_e5, b.net_e5_per_piece AS net_e5,
       b.gross_e5_per_piece AS gross_e5, o.id AS offer_id, o.price_fen, t.vat_fen, p.outlet_id
  FROM item i
  JOIN account_book_item b ON b.item_id = i.id
  JOIN offer o ON o.item_id = i.id AND o.route = 'retail_import'
  JOIN placement p ON p.item_id = i.id
  JOIN seed_tax t ON t.price_fen = o.price_fen
 WHERE i.sku LIKE 'IM-%'
"""
COST_FEN = 600
SEEDED_NO = re.compile(r"0501\d{4}I5\d{8}")
"""Customs' numbers of seeded lists; those of the simulator count from 1."""

MAKE_ROOM = """
CREATE TEMP TABLE told (n bigint, base bigint, at bigint, account_id bigint, person_lookup text,
                        buyer bytea, consignee bytea);
CREATE TEMP TABLE hand (n bigint, base bigint, at bigint, account_id bigint, person_lookup text,
                        buyer bytea, consignee bytea, lines int, paid boolean, year int, g bigint,
                        goods_fen bigint, tax_fen bigint, net_e5 bigint, gross_e5 bigint,
                        offer_id bigint, outlet_id bigint, invt_no text, tax_no text,
                        waybill_no text)
"""
"""What a session works with: the orders as they are told, and with all that follows from them."""

_HAND = """
INSERT INTO hand (n, base, at, account_id, person_lookup, buyer, consignee, lines, paid, year, g,
                  goods_fen, tax_fen, net_e5, gross_e5, offer_id, outlet_id, invt_no, tax_no,
                  waybill_no)
SELECT t.n, t.base, t.at, t.account_id, t.person_lookup, t.buyer, t.consignee, t.lines, t.paid,
       t.year, a.g, a.price_fen + COALESCE(b.price_fen, 0), a.vat_fen + COALESCE(b.vat_fen, 0),
       a.net_e5 + COALESCE(b.net_e5, 0), a.gross_e5 + COALESCE(b.gross_e5, 0), a.offer_id,
       a.outlet_id, '0501' || t.year || 'I5' || lpad(t.n::text, 8, '0'),
       '0501' || t.year || 'T5' || lpad(t.n::text, 8, '0'), 'QZP' || lpad(t.n::text, 10, '0')
  FROM (SELECT told.*, CASE WHEN n %% %(two_lines_every)s = 0 THEN 2 ELSE 1 END AS lines,
               n %% %(expired_every)s <> 7 AS paid,
               EXTRACT(year FROM to_timestamp(at / 1000000) AT TIME ZONE 'Asia/Shanghai')::int AS year,
               CASE WHEN n %% 5 < 4 THEN n %% %(hot)s ELSE n * 7919 %% %(goods)s END AS first_g
          FROM told) t
  JOIN seed_goods a ON a.g = t.first_g
  LEFT JOIN seed_goods b ON t.lines = 2 AND b.g = (t.first_g + 1) %% %(goods)s
"""
_CHECKOUT = """
INSERT INTO checkout (id, owner, account_id, state, seq, total_fen, provider, placed_at,
                      expires_at, correlation, home_shard)
SELECT base, 'account:' || account_id, account_id, CASE WHEN paid THEN 'paid' ELSE 'expired' END, 2,
       goods_fen + tax_fen, 'boxed_wallet', at, at + 1800000000, lpad(to_hex(base), 16, '0'), 0
  FROM hand
"""
_ORDER = """
INSERT INTO customs_order (id, checkout_id, order_no, state, seq, route, warehouse_id, outlet_id,
    offer_id, account_id, platform_enterprise_id, merchant_enterprise_id, courier_enterprise_id,
    person_lookup, parties, goods_fen, freight_fen, insurance_fen, discount_fen, tax_fen,
    paid_share_fen, gross_e5, net_e5, buyer_sealed, consignee_sealed, notices_version, waybill_no,
    placed_at, expires_at, paid_at, declaration_list_id)
SELECT base + 1, base, 'QZ' || (base + 1), CASE WHEN paid THEN 'signed_for' ELSE 'expired' END,
       CASE WHEN paid THEN 6 ELSE 2 END, 'retail_import', %(warehouse_id)s, outlet_id, offer_id,
       account_id, %(platform_id)s, %(merchant_id)s, %(courier_id)s, person_lookup, %(parties)s,
       goods_fen, 0, 0, 0, tax_fen, goods_fen + tax_fen, gross_e5, net_e5, buyer, consignee,
       %(notices)s, CASE WHEN paid THEN waybill_no END, at, at + 1800000000,
       CASE WHEN paid THEN at + 60000000 END, CASE WHEN paid THEN base + 8 END
  FROM hand
"""
_EACH_LINE = """
  FROM hand h CROSS JOIN generate_series(1, 2) AS l(gnum)
  JOIN seed_goods s ON s.g = (h.g + l.gnum - 1) %% %(goods)s
 WHERE l.gnum <= h.lines
"""
_LINE = f"""
INSERT INTO order_line (id, order_id, gnum, item_id, account_book_item_id, item_record_no, sku,
    gtin14, gname, gmodel, hs_code, origin_code, unit_code, unit1_code, unit2_code, qty, qty1_e5,
    qty2_e5, net_e5, gross_e5, price_fen, total_fen, freight_fen, insurance_fen, duty_fen,
    consumption_fen, vat_fen, tax_class)
SELECT h.base + 1 + l.gnum, h.base + 1, l.gnum, s.item_id, s.book_item_id, s.item_record_no, s.sku,
       s.gtin14, s.gname, s.gmodel, s.hs_code, s.origin_code, s.unit_code, s.unit1_code,
       s.unit2_code, 1, s.qty1_e5, s.qty2_e5, s.net_e5, s.gross_e5, s.price_fen, s.price_fen, 0, 0,
       0, 0, s.vat_fen, 'vat_only' {_EACH_LINE}
"""
_RESERVATION = f"""
INSERT INTO reservation (id, order_id, line_id, warehouse_id, account_book_item_id, qty, state,
                         expires_at)
SELECT h.base + 3 + l.gnum, h.base + 1, h.base + 1 + l.gnum, %(warehouse_id)s, s.book_item_id, 1,
       CASE WHEN h.paid THEN 'consumed' ELSE 'released' END, NULL {_EACH_LINE}
"""
_LIMIT_USE = """
INSERT INTO limit_use (id, person_lookup, year, order_id, value_fen, state, at, returned_at,
                       home_shard)
SELECT base + 6, person_lookup, year, base + 1, goods_fen,
       CASE WHEN paid THEN 'used' ELSE 'returned' END, at,
       CASE WHEN paid THEN NULL ELSE at + 1800000000 END, 0
  FROM hand
"""
_PAYMENT = """
INSERT INTO payment (id, checkout_id, provider, provider_session, provider_payment, pay_url, title,
    return_url, amount_fen, gross_fen, state, payer_check, opened_at, expires_at, asked_at,
    captured_at, raw_sealed, seq, home_shard)
SELECT base + 7, base, 'boxed_wallet', NULL, 'pi_' || n, NULL, 'QZ' || (base + 1),
       '/orders/' || base, goods_fen + tax_fen, goods_fen + tax_fen, 'captured', 'same', at,
       at + 1800000000, at, at + 60000000, NULL, 3, 0
  FROM hand WHERE paid
"""
_SHARE = """
INSERT INTO payment_share (payment_id, order_id, order_no, share_fen)
SELECT base + 7, base + 1, 'QZ' || (base + 1), goods_fen + tax_fen FROM hand WHERE paid
"""
_LIST = """
INSERT INTO declaration_list (id, order_id, warehouse_id, order_no, cop_no, state, seq, waybill_no,
    pre_no, invt_no, return_status, return_at, return_rank, account_book_no, customs_code,
    port_code, traf_mode, parties, goods_fen, freight_fen, insurance_fen, quoted_tax_fen, gross_e5,
    net_e5, assure_code, latest_guid, created_at)
SELECT base + 8, base + 1, %(warehouse_id)s, 'QZ' || (base + 1), (base + 8)::text, 'RELEASED', 6,
       waybill_no, 'B' || n, invt_no, 800, at + 3600000000, 800, %(account_book_no)s, '0501',
       '0501', 'Y', %(parties)s, goods_fen, 0, 0, tax_fen, gross_e5, net_e5, %(assure_code)s, NULL,
       at + 60000000
  FROM hand WHERE paid
"""
_LIST_LINE = f"""
INSERT INTO list_line (list_id, gnum, account_book_item_id, item_record_no, sku, gtin14, hs_code,
    gname, gmodel, origin_code, qty, unit_code, qty1_e5, unit1_code, qty2_e5, unit2_code,
    price_fen, total_fen)
SELECT h.base + 8, l.gnum, s.book_item_id, s.item_record_no, s.sku, s.gtin14, s.hs_code, s.gname,
       s.gmodel, s.origin_code, 1, s.unit_code, s.qty1_e5, s.unit1_code, s.qty2_e5, s.unit2_code,
       s.price_fen, s.price_fen {_EACH_LINE} AND h.paid
"""
_STEP = """
INSERT INTO order_step (order_id, state, at)
SELECT h.base + 1, s.state, h.at + s.after
  FROM hand h CROSS JOIN (VALUES ('released', 3600000000), ('left_zone', 7200000000),
                                 ('signed_for', 86400000000)) AS s(state, after)
 WHERE h.paid
"""
_WAYBILL = """
INSERT INTO waybill_number (courier_enterprise_id, waybill_no, state, order_id, fetched_at, taken_at)
SELECT %(courier_id)s, waybill_no, 'taken', base + 1, at, at + 60000000 FROM hand WHERE paid
"""
_BILL = """
INSERT INTO tax_bill (id, list_id, order_id, invt_no, tax_no, status, customs_fen, vat_fen,
    consumption_fen, quoted_fen, return_at, assure_code, duty_no, paid_at)
SELECT base + 9, base + 8, base + 1, invt_no, tax_no, '2', 0, tax_fen, 0, tax_fen, at + 3600000000,
       %(assure_code)s, '0501' || year || 'D5', at + 86400000000
  FROM hand WHERE paid
"""
_POSTINGS = """
(VALUES (16, 'captured', 60000000), (17, 'tax_billed', 3600000000),
        (18, 'gate_passed', 7200000000), (19, 'signed_for', 86400000000)) AS p(id, kind, after)
"""
_POSTING = f"""
INSERT INTO posting (id, kind, document, legal_entity_id, at, business_on, sealed_at, correlation)
SELECT h.base + p.id, p.kind,
       CASE p.kind WHEN 'captured' THEN 'payment:' || (h.base + 7)
                   WHEN 'tax_billed' THEN 'tax_bill:' || h.invt_no || '/' || h.tax_no
                   ELSE 'customs_order:' || (h.base + 1) END,
       %(platform_id)s, h.at + p.after,
       (to_timestamp((h.at + p.after) / 1000000) AT TIME ZONE 'Asia/Shanghai')::date,
       h.at + p.after, lpad(to_hex(h.base), 16, '0')
  FROM hand h CROSS JOIN {_POSTINGS} WHERE h.paid
"""
_ENTRY = """
INSERT INTO entry (id, posting_id, gnum, account_code, amount_fen, order_id, memo)
SELECT h.base + 32 + e.id, h.base + e.posting, e.gnum, e.account,
       e.goods * h.goods_fen + e.tax * h.tax_fen + e.cost * %(cost_fen)s * h.lines, h.base + 1, ''
  FROM hand h CROSS JOIN (VALUES
    (0, 16, 1, '1012.01', 1, 1, 0), (1, 16, 2, '2203', -1, 0, 0), (2, 16, 3, '2241.01', 0, -1, 0),
    (3, 17, 1, '2241.01', 0, 1, 0), (4, 17, 2, '2221.01', 0, -1, 0),
    (5, 18, 1, '1406', 0, 0, 1), (6, 18, 2, '1405', 0, 0, -1),
    (7, 19, 1, '2203', 1, 0, 0), (8, 19, 2, '6001', -1, 0, 0),
    (9, 19, 3, '6401', 0, 0, 1), (10, 19, 4, '1406', 0, 0, -1)
  ) AS e(id, posting, gnum, account, goods, tax, cost)
 WHERE h.paid
"""
STATEMENTS = (
    *(_HAND, _CHECKOUT, _ORDER, _LINE, _RESERVATION, _LIMIT_USE),
    *(_PAYMENT, _SHARE, _LIST, _LIST_LINE, _STEP, _WAYBILL, _BILL, _POSTING, _ENTRY),
)
"""In the order in which rows name each other."""

_YEARS = """
INSERT INTO limit_year (person_lookup, year, limit_fen, used_fen)
SELECT person_lookup, year, %(year_limit_fen)s, SUM(value_fen) FILTER (WHERE state = 'used')
  FROM limit_use GROUP BY person_lookup, year
HAVING SUM(value_fen) FILTER (WHERE state = 'used') IS NOT NULL
ON CONFLICT (person_lookup, year) DO NOTHING
"""
"""Whoever bought today is nobody of the past, and counted already."""
_SOLD = """
CREATE TEMP TABLE sold AS
SELECT row_number() OVER (ORDER BY r.account_book_item_id) AS n, r.account_book_item_id AS item,
       SUM(r.qty) AS qty, MIN(o.lot_id) AS lot_id
  FROM reservation r
  JOIN (SELECT account_book_item_id, MIN(id) AS lot_id FROM lot GROUP BY account_book_item_id) o
    ON o.account_book_item_id = r.account_book_item_id
 WHERE r.state = 'consumed' GROUP BY r.account_book_item_id
"""
_MOVEMENT = """
INSERT INTO movement (id, warehouse_id, account_book_item_id, lot_id, kind, document, document_line,
                      qty, at)
SELECT %(closing_id)s + s.n * 2 + k.id, %(warehouse_id)s, s.item, s.lot_id, k.kind, k.document,
       k.document || '/' || s.item, k.sign * s.qty, %(last_at)s
  FROM sold s CROSS JOIN (VALUES (0, 'entered', 1, 'QD0501PAST'), (1, 'gate_passed', -1, 'P0501PAST'))
       AS k(id, kind, sign, document)
"""
_BOOK = """
INSERT INTO book_deduction (id, account_book_item_id, figure, document, document_line, qty, at)
SELECT %(closing_id)s + s.n * 2 + k.id, s.item, k.figure, k.document, k.document || '/' || s.item,
       s.qty, %(last_at)s
  FROM sold s CROSS JOIN (VALUES (0, 'entered', 'QD0501PAST'), (1, 'deducted', 'P0501PAST'))
       AS k(id, figure, document)
"""
_BALANCE = """
UPDATE account_book_balance b SET entered = b.entered + s.qty, deducted = b.deducted + s.qty
  FROM sold s WHERE s.item = b.account_book_item_id
"""
CLOSING = (_YEARS, _SOLD, _MOVEMENT, _BOOK, _BALANCE, "DROP TABLE sold")
